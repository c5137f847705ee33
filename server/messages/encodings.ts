import { type BrokerMessage, textOfHeader } from '../brokers/contract/index.ts'

/** What a message says of the encoding of its body: `content-encoding` among its properties or headers, lower case. */
export function encodingsOf(message: Pick<BrokerMessage, 'headers' | 'properties'>): string[] {
  const property = message.properties.contentEncoding
  const header = message.headers.find(({ name }) => /^content[-_]?encoding$/i.test(name))
  const told = typeof property === 'string' ? property : header && textOfHeader(header)
  return told
    ? told
        .toLowerCase()
        .slice(0, 200)
        .split(/[\s,]+/)
    : []
}

import type { Header } from '../../../lib/schemas/header.ts'
import type { FailureReading } from '../contract.ts'
import { errorFacts } from './error-facts.ts'
import type { Fact, Reader } from './facts.ts'
import { rootCauseOf } from './root-cause.ts'
import { timeOfText } from './values.ts'
import { isObject, textAt } from './view.ts'

/** An envelope: the body is JSON about the failure, the message its `Message` as text, its properties beside it. */
export const easynetqReader: Reader = {
  name: 'easynetq',
  owns: null,
  kinds: ['rabbitmq', 'sandbox'],
  read(view) {
    const body = view.json('RoutingKey', 'Exchange', 'Exception', 'Message', 'BasicProperties')
    if (!body || typeof body.Message !== 'string' || typeof body.Exception !== 'string') return null
    const fact = (key: string, rule: string): Fact<string> | undefined => {
      const value = textAt(body, key)
      return value === undefined ? undefined : { value: value.slice(0, 65_536), header: `body.${key}`, rule }
    }
    const exception = fact('Exception', 'text of the exception')
    const hasTrace = exception !== undefined && rootCauseOf(exception.value) !== null
    const at = timeOfText(textAt(body, 'DateTime') ?? '')
    return {
      facts: {
        destination: fact('Queue', 'queue it was read from'),
        exchange: fact('Exchange', 'exchange it was published to'),
        routingKey: fact('RoutingKey', 'key it was published with'),
        lastAt: at === null ? undefined : { value: at, header: 'body.DateTime', rule: 'time of the failure' },
        ...errorFacts({ message: hasTrace ? undefined : exception, stack: exception }),
      },
      unwrapped: unwrap(body.Message, body.BasicProperties),
    }
  },
}

/** Names of AMQP properties that are text, as EasyNetQ spells them with a capital first letter. */
const texts = [
  'ContentType',
  'ContentEncoding',
  'CorrelationId',
  'ReplyTo',
  'Expiration',
  'MessageId',
  'Type',
  'AppId',
  'ClusterId',
] as const

/** UserId stays out: the broker accepts it only from the user itself. */
function unwrap(message: string, written: unknown): NonNullable<FailureReading['unwrapped']> {
  const from = isObject(written) ? written : {}
  const properties: Record<string, unknown> = {}
  for (const name of texts) {
    const value = textAt(from, name)
    if (value !== undefined) properties[name.charAt(0).toLowerCase() + name.slice(1)] = value
  }
  for (const name of ['DeliveryMode', 'Priority'] as const) {
    const value = from[name]
    if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 256)
      properties[name.charAt(0).toLowerCase() + name.slice(1)] = value
  }
  const seconds = from.Timestamp
  if (typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds > 0)
    properties.timestamp = String(seconds)
  return { body: Buffer.from(message, 'utf8'), headers: headersOf(from.Headers), properties }
}

/** JSON has lost the types of the header values: numbers go back as whole numbers or doubles, the rest as text. */
function headersOf(written: unknown): Header[] {
  if (!isObject(written)) return []
  return Object.entries(written).map(([name, value]): Header => {
    if (value === null) return { name, type: 'null', value: null }
    if (typeof value === 'string') return { name, type: 'string', value }
    if (typeof value === 'boolean') return { name, type: 'bool', value: String(value) }
    if (typeof value === 'number')
      return { name, type: Number.isSafeInteger(value) ? 'int64' : 'double', value: String(value) }
    return { name, type: 'string', value: JSON.stringify(value) }
  })
}

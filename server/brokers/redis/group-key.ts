import { BrokerError, decodeParts } from '../contract/index.ts'
import { type Context, keyOf, refOf } from './context.ts'
import { bytesFromName } from './names.ts'

/** Stream and group behind a key of ours, with the bytes of both. Throws `not_found`. */
export function readGroupKey(context: Context, groupKey: string) {
  const [stream, name] = decodeParts(groupKey) ?? []
  if (stream === undefined || name === undefined) throw new BrokerError('not_found', 'There is no such group')
  return { stream, name, key: keyOf(context, refOf(context, 'stream', stream)), group: bytesFromName(name) }
}

export function noGroup(stream: string, name: string): BrokerError {
  return new BrokerError('not_found', `The stream ${stream} has no group ${name}`)
}

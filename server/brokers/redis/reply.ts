import { BrokerError } from '../contract/index.ts'
import { toBrokerError } from './errors.ts'

/** What one command of a pipeline answered; an error reply stands in its place. */
export type Reply = unknown

/** The reply, or the server's refusal thrown. */
export function expectReply(reply: Reply): unknown {
  if (reply instanceof Error) throw toBrokerError(reply)
  return reply
}

export function listOf(reply: Reply): readonly unknown[] {
  const value = expectReply(reply)
  if (Array.isArray(value)) return value
  throw new BrokerError('protocol', 'Redis answered with something else than a list')
}

export function bytesOf(reply: Reply): Buffer {
  const value = expectReply(reply)
  if (Buffer.isBuffer(value)) return value
  if (typeof value === 'string') return Buffer.from(value, 'utf8')
  throw new BrokerError('protocol', 'Redis answered with something else than a string')
}

export function textOf(reply: Reply): string {
  const value = expectReply(reply)
  return typeof value === 'number' ? String(value) : bytesOf(value).toString('utf8')
}

export function numberOf(reply: Reply): number {
  const value = Number(textOf(reply))
  if (Number.isFinite(value)) return value
  throw new BrokerError('protocol', 'Redis answered with something else than a number')
}

/** XINFO answers flat lists of names and values; fields differ by version, so they are read by name. */
export function fieldsOf(reply: Reply): ReadonlyMap<string, unknown> {
  const flat = listOf(reply)
  const fields = new Map<string, unknown>()
  for (let at = 0; at + 1 < flat.length; at += 2) fields.set(textOf(flat[at]), flat[at + 1])
  return fields
}

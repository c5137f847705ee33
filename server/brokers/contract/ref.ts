import type { DestinationType } from '../../../lib/schemas/destination.ts'
import { destinationTypeSchema } from '../../../lib/schemas/destination.ts'

/** Which destination: its broker's own name, and the vhost (RabbitMQ) or database (Redis) it lives in. */
export interface DestinationRef {
  readonly type: DestinationType
  readonly name: string
  readonly namespace?: string | undefined
}

/** The opaque URL-safe id of a destination: stands in URLs, decodes to exactly the same ref, hides hostile names. */
export function encodeRef(ref: DestinationRef): string {
  const parts = ref.namespace === undefined ? [ref.type, ref.name] : [ref.type, ref.name, ref.namespace]
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url')
}

/** Reads an id back, or null when it is not one of ours (the API answers 404). */
export function decodeRef(id: string): DestinationRef | null {
  const parts = decodeParts(id)
  if (!parts || parts.length < 2 || parts.length > 3) return null
  const type = destinationTypeSchema.safeParse(parts[0])
  const [, name, namespace] = parts
  if (!type.success || name === undefined) return null
  return namespace === undefined ? { type: type.data, name } : { type: type.data, name, namespace }
}

/** Opaque URL-safe string of string parts, for message ids, cursors and group ids. */
export function encodeParts(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url')
}

/** The parts again, or null for anything `encodeParts` could not have written. */
export function decodeParts(id: string): string[] | null {
  if (!/^[A-Za-z0-9_-]+$/.test(id)) return null
  try {
    const parts: unknown = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'))
    if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string')) return null
    return encodeParts(parts) === id ? parts : null
  } catch {
    return null
  }
}

export function sameRef(a: DestinationRef, b: DestinationRef): boolean {
  return a.type === b.type && a.name === b.name && a.namespace === b.namespace
}

import { AppError } from '../../lib/domain/app-error.ts'
import type { PayloadInput } from '../../lib/schemas/message.ts'

/** The bytes to send: text as UTF-8, base64 as it decodes, JSON in its shortest writing. Null stays null. */
export function bytesOfInput(input: PayloadInput | undefined, field: string): Uint8Array | null {
  if (input === null || input === undefined) return null
  if ('text' in input) return Buffer.from(input.text, 'utf8')
  if ('base64' in input) return Buffer.from(input.base64, 'base64')
  const text: unknown = JSON.stringify(input.json)
  if (typeof text === 'string') return Buffer.from(text, 'utf8')
  throw new AppError('bad_request', `${field} needs exactly one of text, base64 or json, or is null`)
}

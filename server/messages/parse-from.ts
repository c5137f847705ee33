import { AppError } from '../../lib/domain/app-error.ts'
import type { BrowseFrom } from '../brokers/contract/index.ts'

const isoTime = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)([Zz]|[+\- ]\d{2}:?\d{2})?)?$/

/**
 * `newest`, `oldest`, an ISO time (UTC unless it says otherwise), else a position, which only the driver can read:
 * it throws `bad_request` for what is none of its own. Throws `bad_request` for a time that does not exist.
 */
export function parseFrom(text: string): BrowseFrom {
  if (text === 'newest' || text === 'oldest') return { kind: text }
  const match = isoTime.exec(text)
  if (match) return { kind: 'time', atMs: readTime(text, match) }
  if (/\s|\p{Cc}/u.test(text))
    throw new AppError('bad_request', 'from is newest, oldest, an ISO time or a position')
  return { kind: 'position', position: text }
}

function readTime(text: string, [, day = '', time = '00:00', zone = 'Z']: RegExpExecArray): number {
  // In a query string a plus that was not encoded arrives as a space.
  const offset = zone
    .replace(' ', '+')
    .replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
    .toUpperCase()
  const atMs = Date.parse(`${day}T${time}${offset}`)
  // Date.parse rolls 30 February over into March.
  const isReal = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) ?? false
  if (!Number.isFinite(atMs) || !isReal) throw new AppError('bad_request', `${text} is no time that exists`)
  return atMs
}

import { visibleText } from '@/lib/format/name'
import { groupDigits } from '@/lib/format/number'
import type { Member } from '@/lib/schemas/group'
import type { OffsetReset, OffsetTarget } from '@/lib/schemas/offset'

export type TargetKind = Exclude<OffsetTarget['kind'], 'skip-one'>

/** What stands in the fields of the sheet. */
export interface Draft {
  readonly kind: TargetKind
  /** As `datetime-local` writes it. */
  readonly time: string
  readonly offset: string
  readonly shift: string
}

/** The target the fields describe, or what is wrong with them. `isUtc`: how the time was written. */
export function targetOf(draft: Draft, isUtc: boolean): OffsetTarget | { readonly wrong: string } {
  const { kind, time, offset, shift } = draft
  if (kind === 'time') {
    const ms = Date.parse(isUtc ? `${time}Z` : time)
    return Number.isNaN(ms) ? { wrong: 'Choose a time' } : { kind, at: new Date(ms).toISOString() }
  }
  if (kind === 'offset')
    return /^\d+(-\d+)?$/.test(offset.trim())
      ? { kind, offset: offset.trim() }
      : { wrong: 'An offset is a number' }
  if (kind === 'shift') {
    const by = Number(shift)
    return /^[+-]?\d+$/.test(shift.trim()) && Number.isSafeInteger(by) && by !== 0
      ? { kind, by }
      : { wrong: 'A whole number: −10 reads ten again, 10 skips ten' }
  }
  return { kind }
}

export function positionWords(position: string | null): string {
  if (position === null) return 'no commit'
  return /^\d+$/.test(position) ? groupDigits(position) : visibleText(position)
}

/** Who is in the way: `worker-1 on 10.0.0.4`. */
export function memberWords({ client, id, host }: Member): string {
  return `${visibleText(client ?? id)}${host ? ` on ${visibleText(host.replace(/^\//, ''))}` : ''}`
}

const ended: Record<Exclude<OffsetReset['state'], 'armed'>, string> = {
  applied: 'Offsets were reset',
  cancelled: 'The reset was cancelled',
  expired: 'The reset expired',
  moved: 'The reset was not applied: offsets moved',
  failed: 'The reset failed',
}

export function endWords({ state }: OffsetReset): string {
  return state === 'armed' ? 'Armed' : ended[state]
}

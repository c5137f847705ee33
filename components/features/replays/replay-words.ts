import type { Tone } from '@/components/ui/pill'
import type { Level } from '@/components/ui/state-mark'
import type { ItemState, Replay } from '@/lib/schemas/replay'

/** The ledger's states in words. Never consumed, succeeded or fixed: we only know that it was delivered. */
export const itemWords: Record<ItemState, string> = {
  pending: 'not sent yet',
  sent: 'sent, not settled yet',
  done: 'delivered',
  failed: 'failed',
  uncertain: 'uncertain',
  skipped: 'skipped',
}

export const itemTones: Record<ItemState, Tone> = {
  pending: 'neutral',
  sent: 'accent',
  done: 'ok',
  failed: 'crit',
  uncertain: 'warn',
  skipped: 'neutral',
}

/** Word and tone of a ledger state as a message carries it. */
export function itemMark(state: string): { readonly word: string; readonly tone: Tone } {
  const known = (Object.keys(itemWords) as ItemState[]).find((one) => one === state)
  return known ? { word: itemWords[known], tone: itemTones[known] } : { word: state, tone: 'neutral' }
}

/** Fills of the bar's segments, in the order they are drawn. */
export const segmentFills: readonly [ItemState, string][] = [
  ['done', 'bg-ok'],
  ['sent', 'bg-accent'],
  ['failed', 'bg-crit'],
  ['uncertain', 'bg-warn'],
  ['skipped', 'bg-unknown'],
  ['pending', 'bg-line-strong'],
]

export function runLevel(run: Pick<Replay, 'state' | 'counts'>): Level {
  if (run.state === 'failed') return 'crit'
  if (run.counts.uncertain > 0 || run.counts.failed > 0) return 'warn'
  if (run.state === 'completed' || run.state === 'running') return 'ok'
  return 'unknown'
}

export function targetWords(run: Pick<Replay, 'target' | 'broker' | 'outcome'>): string {
  const elsewhere = run.target.broker !== run.broker ? ` on ${run.target.broker}` : ''
  if (run.target.name) return `${run.target.name}${elsewhere}`
  const [only, second] = run.outcome?.targets ?? []
  if (only && !second) return `${only.name}${elsewhere}`
  return run.target.origin ? 'its origin' : `another destination${elsewhere}`
}

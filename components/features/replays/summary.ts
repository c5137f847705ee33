import { countOf } from '@/lib/format/number'
import { measure } from '@/lib/format/reading'
import type { Replay } from '@/lib/schemas/replay'
import { itemWords, segmentFills, targetWords } from './replay-words.ts'

/** A run for a chat or a ticket, in markdown: what, since when, how it stands by the ledger, what the brokers say since. */
export function summaryOf(run: Replay, place: { readonly link: string; readonly at: Date }): string {
  const { counts, outcome } = run
  const parts = segmentFills
    .filter(([state]) => counts[state] > 0)
    .map(([state]) => `${counts[state]} ${itemWords[state]}`)
  const kind = run.dryRun ? 'Dry run of a replay' : 'Replay'
  const when = [
    run.startedAt ? `started ${run.startedAt}` : `planned ${run.createdAt}`,
    ...(run.finishedAt ? [`finished ${run.finishedAt}`] : []),
  ]
  const lines = [
    `**${kind} of ${run.source.name} to ${targetWords(run)}** (${run.state}): ${run.sentence}`,
    `- when: ${when.join(', ')}, by ${run.createdBy}`,
    `- ledger: ${countOf(counts.total, 'message')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`,
  ]
  if (run.problem) lines.push(`- problem: ${run.problem}`)
  if (outcome && !run.dryRun) {
    const back = measure(outcome.arrivedSince, 'full')
    const waiting = outcome.targets.map(({ name, depth }) => `${measure(depth, 'full').text} in ${name}`)
    lines.push(`- since then: ${[...waiting, `${back.text} new in ${run.source.name}`].join(', ')}`)
  }
  lines.push(`- ${place.link} (as of ${place.at.toISOString()})`)
  return lines.join('\n')
}

import type { Effect } from '../../lib/schemas/ability.ts'
import type { Scanned } from '../../lib/schemas/message.ts'
import type { Problem } from '../../lib/schemas/problem.ts'
import {
  BrokerError,
  type BrokerMessage,
  type BrowseFacet,
  type BrowsePage,
  type BrowseRequest,
  type Call,
  type DestinationRef,
  remainingMs,
} from '../brokers/contract/index.ts'
import type { Matcher } from './filter.ts'
import { mergeScanned, nothingScanned } from './scanned.ts'

export interface Found {
  readonly messages: readonly BrokerMessage[]
  readonly next: string | null
  readonly effects: readonly Effect[]
  readonly scanned: Scanned
  readonly problems: readonly Problem[]
}

/** A page stops at this many bytes of bodies. */
export const pageBytes = 8 * 1024 * 1024
const searchMs = 4_000
const searchBytes = 256 * 1024 * 1024
const readAhead = 1_000
/** Left of the call for the answer itself. */
const reserveMs = 1_500

type Read = (
  request: Pick<BrowseRequest, 'from' | 'partition' | 'cursor'> & { readonly limit: number },
) => Promise<BrowsePage>

/** One look: what the driver found, as it found it. */
export async function readPage(
  browse: BrowseFacet,
  ref: DestinationRef,
  request: Omit<BrowseRequest, 'maxBytes'>,
  matches: Matcher | null,
  call: Call,
): Promise<Found> {
  const read: Read = (one) => browse.read(ref, { ...one, maxBytes: pageBytes }, call)
  return matches ? search(read, request, matches, call) : read(request)
}

/**
 * Reads on until `limit` messages match, the time or the bytes are used up, or the end. Every page that is read
 * is read to its end or up to a match, so the cursor always goes on exactly after the last message looked at.
 * Where a look has effects there is only one for each request: whoever asks decides on the next.
 */
async function search(
  read: Read,
  request: Omit<BrowseRequest, 'maxBytes'>,
  matches: Matcher,
  call: Call,
): Promise<Found> {
  const { limit } = request
  const giveUpAt = Date.now() + Math.min(searchMs, Math.max(0, remainingMs(call) - reserveMs))
  const messages: BrokerMessage[] = []
  const problems: Problem[] = []
  let effects: readonly Effect[] = []
  let scanned = nothingScanned
  let bodyBytes = 0
  let at: Pick<BrowseRequest, 'from' | 'partition' | 'cursor'> = request
  for (let isFirst = true; ; isFirst = false) {
    let page: BrowsePage
    try {
      page = await readUpTo(read, at, isFirst ? limit : readAhead, limit - messages.length, matches)
    } catch (error) {
      if (isFirst || !(error instanceof BrokerError) || call.signal.aborted) throw error
      problems.push({ scope: 'search', code: error.code, message: error.message })
      return finish(at.cursor ?? null, error.code === 'timeout' ? 'time' : 'error')
    }
    const found = page.messages.filter(matches)
    messages.push(...found)
    bodyBytes += found.reduce((sum, message) => sum + (message.body?.byteLength ?? 0), 0)
    problems.push(
      ...page.problems.filter((problem) => !problems.some((known) => sameProblem(known, problem))),
    )
    effects = page.effects
    scanned = mergeScanned(scanned, page.scanned)
    if (page.next === null) return finish(null, page.scanned.stoppedBy)
    if (messages.length >= limit) return finish(page.next, 'limit')
    if (bodyBytes >= pageBytes) return finish(page.next, 'bytes')
    if (effects.some(({ code }) => code !== 'none')) return finish(page.next, page.scanned.stoppedBy)
    if (Date.now() >= giveUpAt || page.scanned.stoppedBy === 'time') return finish(page.next, 'time')
    if (scanned.bytes >= searchBytes) return finish(page.next, 'budget')
    if (page.messages.length === 0 && page.next === at.cursor) return finish(page.next, 'error')
    at = { cursor: page.next }
  }

  function finish(next: string | null, stoppedBy: Scanned['stoppedBy']): Found {
    return { messages, next, effects, scanned: { ...scanned, stoppedBy }, problems }
  }
}

/** A page in which no more than `room` messages match: read again up to the last that fits, where more did. */
async function readUpTo(
  read: Read,
  at: Pick<BrowseRequest, 'from' | 'partition' | 'cursor'>,
  size: number,
  room: number,
  matches: Matcher,
): Promise<BrowsePage> {
  const page = await read({ ...at, limit: size })
  const hits = page.messages.flatMap((message, index) => (matches(message) ? [index] : []))
  const lastFitting = hits[room - 1]
  if (hits.length <= room || lastFitting === undefined) return page
  return read({ ...at, limit: lastFitting + 1 })
}

function sameProblem(a: Problem, b: Problem): boolean {
  return a.scope === b.scope && a.code === b.code && a.message === b.message
}

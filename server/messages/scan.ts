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
import { Turns } from './turns.ts'

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
    let part: Part
    try {
      const room = limit - messages.length
      part = await readUpTo(read, at, isFirst ? limit : readAhead, room, matches, giveUpAt)
    } catch (error) {
      if (isFirst || !(error instanceof BrokerError) || call.signal.aborted) throw error
      problems.push({ scope: 'search', code: error.code, message: error.message })
      return finish(at.cursor ?? null, error.code === 'timeout' ? 'time' : 'error')
    }
    const { page, found } = part
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

interface Part {
  readonly page: BrowsePage
  readonly found: readonly BrokerMessage[]
}

/**
 * A page in which no more than `room` messages match, and that could be looked through in time: where it could not,
 * it is read again up to the last one looked at. A page whose reading has effects is read once, whatever it takes.
 */
async function readUpTo(
  read: Read,
  at: Pick<BrowseRequest, 'from' | 'partition' | 'cursor'>,
  size: number,
  room: number,
  matches: Matcher,
  giveUpAt: number,
): Promise<Part> {
  const page = await read({ ...at, limit: size })
  const isFree = page.effects.every(({ code }) => code === 'none')
  const turns = new Turns()
  const found: BrokerMessage[] = []
  for (const [index, message] of page.messages.entries()) {
    await turns.giveWay()
    const isLate = index > 0 && Date.now() > giveUpAt
    if (isFree && (found.length >= room || isLate)) {
      return readAgain(read, at, page.messages.slice(0, index), found, matches)
    }
    if (matches(message)) found.push(message)
  }
  return { page, found }
}

async function readAgain(
  read: Read,
  at: Pick<BrowseRequest, 'from' | 'partition' | 'cursor'>,
  lookedAt: readonly BrokerMessage[],
  found: readonly BrokerMessage[],
  matches: Matcher,
): Promise<Part> {
  const page = await read({ ...at, limit: lookedAt.length })
  const known = new Set(lookedAt.map(({ id }) => id))
  const hits = new Set(found.map(({ id }) => id))
  return {
    page,
    found: page.messages.filter((one) => hits.has(one.id) || (!known.has(one.id) && matches(one))),
  }
}

function sameProblem(a: Problem, b: Problem): boolean {
  return a.scope === b.scope && a.code === b.code && a.message === b.message
}

import { AppError } from '../../lib/domain/app-error.ts'
import type { Event, EventInput } from '../../lib/schemas/event.ts'
import type { Log } from '../log/contract.ts'
import type { News } from '../status/index.ts'
import type { EventRepository } from '../storage/contract/index.ts'
import type { Events } from './contract.ts'

const days = (count: number) => count * 86_400_000
/** Older ones are not kept; a clock ahead of ours is forgiven a day. */
const told = { pastMs: days(90), aheadMs: days(1) }

export interface EventLogDeps {
  readonly repository: EventRepository
  /** Stored, or closed: for whoever watches. */
  readonly onEvent: (event: Event) => void
  readonly now: () => number
  readonly log: Log
}

export interface EventLog extends Events {
  /** Kept and told to who watches. Never throws: no engine stops because its news was not written. Null then. */
  record(news: News): Promise<Event | null>
  /** It lasted until now, or until `untilMs`. Never throws. */
  close(id: string, untilMs?: number): Promise<void>
}

export function createEventLog({ repository, onEvent, now, log }: EventLogDeps): EventLog {
  async function keep(news: News): Promise<Event> {
    const event = await repository.add({ ...news, at: news.at ?? iso(now()) })
    onEvent(event)
    return event
  }
  return {
    async record(news) {
      try {
        return await keep(news)
      } catch (error) {
        log.error('an event was not kept', { kind: news.kind, text: news.text, error: String(error) })
        return null
      }
    },
    async close(id, untilMs = now()) {
      try {
        const event = await repository.close(id, untilMs)
        if (event) onEvent(event)
      } catch (error) {
        log.error('the end of an event was not kept', { event: id, error: String(error) })
      }
    },
    list({ from, to, ...query }) {
      const time = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text))
      return repository.list({ ...query, fromMs: time(from), toMs: time(to) })
    },
    async create(input, caller) {
      const atMs = input.at === undefined ? now() : Date.parse(input.at)
      if (atMs < now() - told.pastMs) throw new AppError('bad_request', 'at: events are kept for 90 days')
      if (atMs > now() + told.aheadMs) throw new AppError('bad_request', 'at: expected a time that has come')
      const { service, version, link } = input
      return keep({
        at: iso(atMs),
        kind: isDeploy(input) ? 'deploy' : 'other',
        broker: null,
        text: sentenceOf(input),
        actor: caller.actor,
        service,
        ...(version === undefined ? {} : { version }),
        ...(link === undefined ? {} : { link }),
      })
    },
  }
}

/** The console's own kinds are told by the console alone: any other word is kept in the text. */
const isDeploy = ({ kind }: EventInput) => kind.toLowerCase() === 'deploy'

function sentenceOf(input: EventInput): string {
  const what = input.version === undefined ? input.service : `${input.service} ${input.version}`
  return isDeploy(input) ? `${what} was deployed` : `${input.kind}: ${what}`
}

const iso = (ms: number) => new Date(ms).toISOString()

import type { Page } from '@playwright/test'

/** What the API answers of one series, as far as a test tells it; the rest is made of the question. */
export interface SeriesAnswer {
  /** By share of the range, 0 to 1; null: not known then. */
  readonly value: (share: number, metric: string) => number | null
  readonly spread?: number
  readonly estimated?: readonly (readonly [number, number])[]
  /** Share of the range from which on nothing is known. */
  readonly endsAt?: number
  readonly sinceMs?: number | null
}

const units: Record<string, string> = {
  inRate: 'per-second',
  outRate: 'per-second',
  ackRate: 'per-second',
  lagSeconds: 'seconds',
  memory: 'bytes',
  disk: 'bytes',
  memoryLimit: 'bytes',
  diskLimit: 'bytes',
  consumers: 'consumers',
}
const steps = [1, 5, 10, 15, 20, 30, 60, 300, 900, 3600, 7200, 21_600, 86_400].map((step) => step * 1000)

/** Answers every question for a series: what a chart shows is then known to the test. */
export async function answerSeries(page: Page, answer: SeriesAnswer): Promise<void> {
  await page.route(
    (url) => url.pathname === '/api/v1/series',
    (route) => {
      const query = new URL(route.request().url()).searchParams
      return route.fulfill({ json: seriesOf(query, answer) })
    },
  )
}

function seriesOf(query: URLSearchParams, answer: SeriesAnswer) {
  const from = Date.parse(query.get('from') ?? '')
  const to = Date.parse(query.get('to') ?? new Date().toISOString())
  const most = Number(query.get('points') ?? 300)
  const stepMs = steps.find((step) => step >= 5000 && (to - from) / step <= Math.min(most, 360)) ?? 86_400_000
  const metric = query.get('metric') ?? ''
  const start = Math.ceil(from / stepMs) * stepMs
  const times = Array.from(
    { length: Math.max(0, Math.floor((to - start) / stepMs) + 1) },
    (_, i) => start + i * stepMs,
  )
  const share = (at: number) => (at - from) / (to - from)
  const values = times.map((at) =>
    share(at) > (answer.endsAt ?? 1) ? null : answer.value(share(at), metric),
  )
  const spread = answer.spread ?? 0
  const at = (part: number) => Math.round(from + part * (to - from))
  return {
    broker: query.get('broker'),
    ...Object.fromEntries(
      ['destination', 'group', 'node'].flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : [])),
    ),
    metric,
    unit: units[metric] ?? 'messages',
    quality: values.every((value) => value === null) ? null : answer.estimated ? 'estimated' : 'exact',
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    stepMs,
    tier: spread > 0 ? 'minute' : 'raw',
    points: times.map((time, i) => [time, values[i] ?? null]),
    low: values.map((value) => (value === null ? null : Math.max(0, value * (1 - spread)))),
    high: values.map((value) => (value === null ? null : value * (1 + spread))),
    estimated: (answer.estimated ?? []).map(([one, other]) => [at(one), at(other)]),
    breaks: [],
    since:
      answer.sinceMs === null ? null : new Date(answer.sinceMs ?? Date.now() - 20 * 86_400_000).toISOString(),
  }
}

export interface EventAnswer {
  readonly kind: string
  readonly text: string
  /** By share of the range. */
  readonly at: number
  readonly group?: { readonly id: string; readonly name: string }
}

/** Answers every question for what happened. */
export async function answerEvents(
  page: Page,
  broker: string,
  events: readonly EventAnswer[],
): Promise<void> {
  await page.route(
    (url) => url.pathname === '/api/v1/events',
    (route) => {
      const query = new URL(route.request().url()).searchParams
      const from = Date.parse(query.get('from') ?? '')
      const to = Date.parse(query.get('to') ?? new Date().toISOString())
      const items = events
        .map(({ at, ...event }, index) => ({
          ...event,
          id: `e${index}`,
          broker,
          at: new Date(Math.round(from + at * (to - from))).toISOString(),
        }))
        .reverse()
      return route.fulfill({ json: { items, nextCursor: null } })
    },
  )
}

/** Lag that begins to grow, a steady stream in, and a reader that falls behind. */
export function fallingBehind(share: number, metric: string): number {
  const wave = Math.sin(share * 90) + Math.sin(share * 37)
  if (metric === 'inRate') return 44 + 3 * wave
  if (metric === 'outRate' || metric === 'ackRate') return (share < 0.55 ? 44 : 31) + 2 * wave
  if (metric === 'lagSeconds') return share < 0.55 ? 2 + wave : (share - 0.55) * 2400
  if (metric === 'consumers') return share < 0.55 ? 4 : 3
  if (metric.startsWith('memory') || metric.startsWith('disk'))
    return metric.endsWith('Limit') ? 4e9 : 1.4e9 + 2e8 * wave
  return Math.round(share < 0.55 ? 900 + 40 * wave : 900 + (share - 0.55) * 105_000)
}

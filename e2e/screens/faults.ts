import type { Page, Route } from '@playwright/test'
import type { BrokerId } from './world.ts'

const at = (path: string | RegExp) => (url: URL) => {
  const own = url.pathname.replace(/^\/api\/v1/, '')
  return url.pathname.startsWith('/api/v1/') && (typeof path === 'string' ? own === path : path.test(own))
}

/** No event reaches the page: what a picture shows is what the API answered when it was opened. */
export function silenceStream(): void {
  Reflect.deleteProperty(window, 'SharedWorker')
  class Quiet extends EventTarget {
    static readonly CLOSED = 2
    readonly readyState = 1
    onopen: (() => void) | null = null
    constructor() {
      super()
      setTimeout(() => this.onopen?.(), 0)
    }
    close(): void {}
  }
  Reflect.set(window, 'EventSource', Quiet)
}

/** The answer does not come: the page stands as it loads. */
export async function hold(page: Page, path: string | RegExp): Promise<void> {
  await page.route(at(path), () => new Promise<void>(() => undefined))
}

function refusal(status: number, code: string, message: string, detail?: object) {
  const error = { code, message, requestId: 'req-screens', ...(detail ? { detail } : {}) }
  return (route: Route) => route.fulfill({ status, json: { error } })
}

/** The console's own 500, in the API's shape. */
export async function fail(page: Page, path: string | RegExp): Promise<void> {
  const words = 'Something went wrong here; the log has it under req-screens'
  await page.route(at(path), refusal(500, 'internal', words))
}

/** The console's own 403: the permission by its name. */
export async function forbid(page: Page, path: string | RegExp, permission: string): Promise<void> {
  const words = `ada lacks the permission ${permission}`
  await page.route(at(path), refusal(403, 'forbidden', words, { reason: 'permission', permission }))
}

/** The API's own answer, changed. */
export async function change(
  page: Page,
  path: string | RegExp,
  edit: (body: never, url: URL) => unknown,
  ask: (url: URL) => URL = (url) => url,
): Promise<void> {
  await page.route(at(path), async (route) => {
    const url = new URL(route.request().url())
    const response = await route.fetch({ url: ask(new URL(url)).href })
    const body: unknown = await response.json()
    await route.fulfill({ response, json: response.ok() ? edit(body as never, url) : body })
  })
}

interface Listed {
  readonly items: readonly { readonly id: string; readonly broker?: string }[]
  readonly problems?: readonly { readonly scope: string }[]
}

/** The console as if it had these brokers alone: the answers over all brokers without the others' parts. */
export async function only(page: Page, ...ids: readonly BrokerId[]): Promise<void> {
  const has = (id: string) => (ids as readonly string[]).includes(id)
  const keep = ({ items, problems, ...rest }: Listed) => ({
    ...rest,
    items: items.filter((item) => has(item.broker ?? item.id)),
    ...(problems ? { problems: problems.filter(({ scope }) => has(scope.split(/[ /:]/)[0] ?? '')) } : {}),
  })
  for (const path of ['/brokers', '/dead-letters', '/replays']) await change(page, path, keep)
  await change(page, '/needs', (body: Listed) => {
    const kept = keep(body)
    return { ...kept, total: kept.items.length }
  })
  await change(page, '/events', ({ items, ...rest }: Listed) => ({
    ...rest,
    items: items.filter((item) => has(item.broker ?? '')),
  }))
}

/** Ten thousand rows made of the list's first, page by page as the API hands them out. */
export async function multiply(page: Page, path: string | RegExp, total = 10_000): Promise<void> {
  const multiplied = ({ items: [first] }: { items: readonly { readonly id: string }[] }, url: URL) => {
    const start = Number(url.searchParams.get('cursor') ?? 0)
    const limit = Number(url.searchParams.get('limit') ?? 200)
    const count = Math.min(limit, total - start)
    const items = Array.from({ length: count }, (_, i) => ({
      ...first,
      id: `${first?.id}-${start + i}`,
      ...(first && 'row' in first ? { row: start + i + 1 } : {}),
    }))
    return { items, nextCursor: start + count < total ? String(start + count) : null, total }
  }
  // The cursor is ours: the API is asked for its first page each time.
  await change(page, path, multiplied, (url) => {
    url.searchParams.delete('cursor')
    return url
  })
}

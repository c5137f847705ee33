import type { Page } from '@playwright/test'

/** What the probe saw so far; times are of the page's own clock. */
export interface Feel {
  readonly now: number
  /** The first row was painted, and the answer that brought it had arrived. */
  readonly rowsAt: number | null
  readonly dataAt: number | null
  /** From the key to the painted list. `isFiltered`: every row in sight then held the text. */
  readonly keystrokes: readonly { readonly text: string; readonly ms: number; readonly isFiltered: boolean }[]
  /** Above 50 ms. */
  readonly longTasks: readonly { readonly at: number; readonly ms: number }[]
  /** The sum of what moved by itself. */
  readonly layoutShift: number
}

type Probed = Window & {
  feel?: Pick<Feel, 'keystrokes' | 'longTasks'> & { rowsAt: number | null; layoutShift: number }
}

/** Runs in the page before anything of its own does. */
export function watchFeel(): void {
  const rows = 'table[aria-label^="Destinations of"] tbody tr'
  const keystrokes: { text: string; ms: number; isFiltered: boolean }[] = []
  const longTasks: { at: number; ms: number }[] = []
  const feel = { rowsAt: null as number | null, layoutShift: 0, keystrokes, longTasks }
  ;(window as Probed).feel = feel
  const afterPaint = (work: () => void) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel()
      channel.port1.onmessage = work
      channel.port2.postMessage(null)
    })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push({ at: entry.startTime, ms: entry.duration })
  }).observe({ type: 'longtask', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number
      hadRecentInput: boolean
    })[])
      if (!entry.hadRecentInput) feel.layoutShift += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  const seen = new MutationObserver(() => {
    if (!document.querySelector(rows)) return
    seen.disconnect()
    afterPaint(() => {
      feel.rowsAt = performance.now()
    })
  })
  seen.observe(document, { childList: true, subtree: true })
  let pressedAt = 0
  document.addEventListener(
    'keydown',
    (event) => {
      pressedAt = event.timeStamp
    },
    true,
  )
  document.addEventListener('input', (event) => {
    const at = pressedAt
    const text = (event.target as HTMLInputElement).value
    afterPaint(() => {
      const ms = performance.now() - at
      const shown = [...document.querySelectorAll(rows)]
      const isFiltered = shown.length > 0 && shown.every((row) => row.textContent?.includes(text))
      keystrokes.push({ text, ms, isFiltered })
    })
  })
}

export function readFeel(page: Page): Promise<Feel> {
  return page.evaluate(() => {
    const feel = (window as Probed).feel
    if (!feel) throw new Error('The probe is not in this page')
    const answers = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const first = answers.find((entry) => /\/destinations\?.*sort=/.test(entry.name))
    return { ...feel, now: performance.now(), dataAt: first?.responseEnd ?? null }
  })
}

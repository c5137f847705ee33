const names = ['hello', 'broker', 'gone', 'sample', 'replay', 'event', 'reset'] as const
export type LiveName = (typeof names)[number]

interface LiveHandlers {
  onEvent(name: LiveName, data: unknown): void
  onState(state: 'connecting' | 'live' | 'lost'): void
}

type FromWorker =
  | { kind: 'state'; state: 'connecting' | 'live' | 'lost' }
  | { kind: 'event'; name: LiveName; data: string }

/** Opens the one stream, shared by all tabs through a SharedWorker; where there is none, a stream of its own. */
export function openLive(handlers: LiveHandlers): () => void {
  return typeof SharedWorker === 'undefined' ? openAlone(handlers) : openShared(handlers)
}

function openShared(handlers: LiveHandlers): () => void {
  const worker = new SharedWorker('/live-worker.js', { name: 'signalbox-live' })
  let alone: (() => void) | null = null
  worker.onerror = () => {
    alone ??= openAlone(handlers)
  }
  worker.port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === 'state') handlers.onState(data.state)
    else handlers.onEvent(data.name, parse(data.data))
  }
  // A tab nobody sees needs no news: when all are hidden the stream rests, and goes on where it was left.
  const tell = () => worker.port.postMessage(document.hidden ? 'hidden' : 'here')
  const beat = setInterval(tell, 20_000)
  document.addEventListener('visibilitychange', tell)
  if (document.hidden) tell()
  const bye = () => worker.port.postMessage('bye')
  window.addEventListener('pagehide', bye)
  return () => {
    clearInterval(beat)
    document.removeEventListener('visibilitychange', tell)
    window.removeEventListener('pagehide', bye)
    bye()
    worker.port.close()
    alone?.()
  }
}

function openAlone(handlers: LiveHandlers): () => void {
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const open = () => {
    const stream = new EventSource('/api/v1/live')
    source = stream
    stream.onopen = () => handlers.onState('live')
    stream.onerror = () => {
      handlers.onState('lost')
      // A refused stream is not retried by the browser.
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(open, 2000)
    }
    for (const name of names)
      stream.addEventListener(name, (event) =>
        handlers.onEvent(name, parse((event as MessageEvent<string>).data)),
      )
  }
  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

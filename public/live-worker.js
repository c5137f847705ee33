// One EventSource for all tabs of this browser: HTTP/1.1 allows six connections to a host, and a stream a
// tab would leave the seventh tab hanging.
const names = ['hello', 'broker', 'gone', 'sample', 'replay', 'event', 'reset']
const ports = new Map()
let source = null
let state = 'connecting'
/** Where the stream was left: what was missed meanwhile is told when it goes on. */
let lastId = ''
let resting = null
/** Nobody looks for so long: the stream is closed, and the console has one reader less. */
const restAfterMs = 5000

function send(message) {
  for (const port of ports.keys()) port.postMessage(message)
}

function open() {
  if (source) return
  source = new EventSource(lastId ? `/api/v1/live?lastEventId=${encodeURIComponent(lastId)}` : '/api/v1/live')
  source.onopen = () => {
    state = 'live'
    send({ kind: 'state', state })
  }
  source.onerror = () => {
    state = 'lost'
    send({ kind: 'state', state })
    // A refused stream (signed out, server replaced) is not retried by the browser: try again ourselves.
    if (source.readyState === EventSource.CLOSED) {
      source = null
      setTimeout(look, 2000)
    }
  }
  for (const name of names) {
    source.addEventListener(name, (event) => {
      lastId = event.lastEventId || lastId
      send({ kind: 'event', name, data: event.data })
    })
  }
}

function close() {
  if (source) source.close()
  source = null
  state = 'connecting'
}

/** Open while one tab is seen; hidden ones alone let it rest. */
function look() {
  clearTimeout(resting)
  const isSeen = [...ports.values()].some(({ isHidden }) => !isHidden)
  if (isSeen) open()
  else if (source) resting = setTimeout(close, restAfterMs)
}

self.onconnect = (connect) => {
  const port = connect.ports[0]
  ports.set(port, { seenAt: Date.now(), isHidden: false })
  port.onmessage = (event) => {
    if (event.data === 'bye') {
      ports.delete(port)
      if (ports.size === 0) close()
    } else ports.set(port, { seenAt: Date.now(), isHidden: event.data === 'hidden' })
    look()
  }
  port.postMessage({ kind: 'state', state })
  look()
}

// A tab that crashed says no goodbye. Background tabs tick once a minute, so three minutes is silence.
setInterval(() => {
  for (const [port, { seenAt }] of ports) if (Date.now() - seenAt > 180_000) ports.delete(port)
  if (ports.size === 0) close()
}, 60_000)

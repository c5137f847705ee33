// One EventSource for all tabs of this browser: HTTP/1.1 allows six connections to a host, and a stream a
// tab would leave the seventh tab hanging.
const names = ['hello', 'broker', 'gone', 'sample', 'replay', 'event', 'reset']
const ports = new Map()
let source = null
let state = 'connecting'

function send(message) {
  for (const port of ports.keys()) port.postMessage(message)
}

function open() {
  if (source) return
  source = new EventSource('/api/v1/live')
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
      setTimeout(() => ports.size > 0 && open(), 2000)
    }
  }
  for (const name of names) {
    source.addEventListener(name, (event) => send({ kind: 'event', name, data: event.data }))
  }
}

function close() {
  if (source) source.close()
  source = null
  state = 'connecting'
}

self.onconnect = (connect) => {
  const port = connect.ports[0]
  ports.set(port, Date.now())
  port.onmessage = (event) => {
    if (event.data === 'bye') {
      ports.delete(port)
      if (ports.size === 0) close()
    } else ports.set(port, Date.now())
  }
  port.postMessage({ kind: 'state', state })
  open()
}

// A tab that crashed says no goodbye. Background tabs tick once a minute, so three minutes is silence.
setInterval(() => {
  for (const [port, seenAt] of ports) if (Date.now() - seenAt > 180_000) ports.delete(port)
  if (ports.size === 0) close()
}, 60_000)

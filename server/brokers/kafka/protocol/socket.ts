import { readFileSync } from 'node:fs'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { BrokerError } from '../../contract/index.ts'
import { connectFailure } from '../errors.ts'
import type { Endpoint, KafkaOptions } from '../options.ts'

/** Reads the named files; a missing one is a sentence, not a stack. */
export function loadTls(tls: KafkaOptions['tls']): ConnectionOptions | null {
  if (!tls) return null
  if (tls === true) return {}
  const read = (file: string) => {
    try {
      return readFileSync(file)
    } catch (error) {
      throw new BrokerError('bad_request', `Cannot read ${file}: ${(error as Error).message}`)
    }
  }
  return {
    ...(tls.caFile ? { ca: read(tls.caFile) } : {}),
    ...(tls.certFile ? { cert: read(tls.certFile) } : {}),
    ...(tls.keyFile ? { key: read(tls.keyFile) } : {}),
  }
}

/** A connected socket, TLS finished; `unreachable` with the cause in words otherwise. */
export function openSocket(
  endpoint: Endpoint,
  tls: ConnectionOptions | null,
  timeoutMs: number,
): Promise<Socket> {
  const { host, port } = endpoint
  const address = `${host}:${port}`
  return new Promise((resolve, reject) => {
    const socket = tls
      ? connectTls({ ...tls, host, port, ...(isIP(host) ? {} : { servername: host }) })
      : connectPlain({ host, port })
    const fail = (error: unknown) => {
      clearTimeout(timer)
      socket.removeAllListeners()
      socket.on('error', () => undefined)
      socket.destroy()
      reject(connectFailure(address, error, tls !== null))
    }
    const timer = setTimeout(
      () => fail(new Error(`no answer within ${timeoutMs} ms${tls ? ' (does this port speak TLS?)' : ''}`)),
      timeoutMs,
    )
    socket.once('error', fail)
    socket.once('close', () => fail(new Error('socket disconnected')))
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      socket.removeAllListeners('close')
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
}

import type { Socket } from 'node:net'
import { Reader, Writer } from '@platformatic/kafka'
import { BrokerError } from '../../contract/index.ts'
import { errorOfCode, kafkaErrors } from '../errors.ts'
import type { Endpoint } from '../options.ts'
import type { Api } from './api.ts'
import { type ApiVersions, apiVersions, saslAuthenticate, saslHandshake } from './handshake.ts'
import { authenticate, type Sasl } from './sasl.ts'
import { openSocket } from './socket.ts'

export interface Security {
  readonly tls: import('node:tls').ConnectionOptions | null
  readonly sasl: Sasl | null
}

interface Pending {
  readonly decode: (reader: Reader) => void
  readonly reject: (error: Error) => void
  readonly flexible: boolean
}

/** Frames beyond this are no Kafka answer: an HTTP or TLS server read as one. */
const maxFrameBytes = 256 * 1024 * 1024
const openTimeoutMs = 5_000

/** One TCP connection to one broker: requests are pipelined, answers come in order. Never reconnects itself. */
export class Wire {
  readonly address: string
  versions: ApiVersions = { error: 0, apis: [], features: new Map() }
  /** After this the broker drops the SASL session (KIP-368): a new connection is due. */
  expiresAt = Number.POSITIVE_INFINITY
  closed = false
  /** When bytes last came in. */
  heardAt = Date.now()
  readonly #socket: Socket
  readonly #clientId: string
  readonly #pending = new Map<number, Pending>()
  readonly #onClose: (() => void)[] = []
  #correlation = 0
  #answered = 0
  #signedIn = false
  #retired = false
  #chunks: Buffer[] = []
  #buffered = 0
  #needed = 4

  constructor(socket: Socket, endpoint: Endpoint, clientId: string) {
    this.address = `${endpoint.host}:${endpoint.port}`
    this.#socket = socket
    this.#clientId = clientId
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (error) => this.#end(error.message))
    socket.on('close', () => this.#end('the broker closed the connection'))
  }

  /** Connects, learns the broker's versions, signs in. */
  static async open(endpoint: Endpoint, security: Security, clientId: string): Promise<Wire> {
    const socket = await openSocket(endpoint, security.tls, openTimeoutMs)
    const wire = new Wire(socket, endpoint, clientId)
    const timer = setTimeout(() => wire.close('no answer during the handshake'), openTimeoutMs)
    try {
      wire.versions = await wire.#askVersions(security)
      if (security.sasl) await wire.#signIn(security.sasl)
      return wire
    } catch (error) {
      wire.close('handshake failed')
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  /** The version of `api` both sides know, or null. */
  versionOf(api: Api<never, unknown>): number | null {
    const range = this.versions.apis.find((known) => known.key === api.key)
    if (!range) return null
    const version = Math.min(api.max, range.max)
    return version >= Math.max(api.min, range.min) ? version : null
  }

  request<Request, Response>(
    api: Api<Request, Response>,
    version: number,
    request: Request,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(this.#lost('the connection is closed'))
      this.#correlation = (this.#correlation + 1) & 0x7fffffff
      const writer = Writer.create()
        .appendInt16(api.key)
        .appendInt16(version)
        .appendInt32(this.#correlation)
        .appendString(this.#clientId, false)
      if (api.flexible) writer.appendTaggedFields()
      api.encode(writer, request, version)
      const flexible = api.flexible && api.key !== apiVersions.key
      this.#pending.set(this.#correlation, {
        flexible,
        decode: (reader) => resolve(api.decode(reader, version)),
        reject,
      })
      const head = Buffer.allocUnsafe(4)
      head.writeInt32BE(writer.length)
      this.#socket.cork()
      this.#socket.write(head)
      for (const part of writer.buffers) this.#socket.write(part)
      this.#socket.uncork()
    })
  }

  onClose(listener: () => void): void {
    this.#onClose.push(listener)
  }

  /** Closes as soon as nothing is awaited: nobody asks here any more. */
  retire(): void {
    this.#retired = true
    if (this.#pending.size === 0) this.close('retired')
  }

  close(reason = 'closed here'): void {
    this.#end(reason)
    this.#socket.destroy()
  }

  async #askVersions(security: Security): Promise<ApiVersions> {
    const answer = await this.request(apiVersions, 3, null).catch((error: Error) => {
      if (error instanceof BrokerError && error.detail?.lost === true && !security.tls)
        throw new BrokerError(
          'unreachable',
          `${this.address} closed the connection before answering: this may be a TLS port (set tls) or no Kafka broker`,
        )
      throw error
    })
    if (answer.error === kafkaErrors.unsupportedVersion)
      throw new BrokerError('unsupported', `${this.address} is older than Kafka 2.4; 3.5 or newer is needed`)
    if (answer.error !== 0) throw errorOfCode(answer.error, this.address)
    return answer
  }

  async #signIn(sasl: Sasl): Promise<void> {
    const mechanism = sasl.mechanism.toUpperCase()
    const offered = await this.request(saslHandshake, 1, { mechanism }).catch((error: Error) => {
      throw new BrokerError(
        'auth_failed',
        `${this.address} did not answer the sign-in: ${error.message} (is this a SASL port?)`,
      )
    })
    if (offered.error !== 0) {
      const known = offered.mechanisms.join(', ') || 'none'
      throw new BrokerError('auth_failed', `${this.address} refuses ${mechanism}; it offers: ${known}`)
    }
    await authenticate(sasl, async (bytes) => {
      const answer = await this.request(saslAuthenticate, 2, { bytes })
      if (answer.error !== 0) throw errorOfCode(answer.error, this.address, answer.message)
      if (answer.lifetimeMs > 0) this.expiresAt = Date.now() + answer.lifetimeMs * 0.8
      return answer.bytes
    })
    this.#signedIn = true
  }

  #receive(chunk: Buffer): void {
    this.heardAt = Date.now()
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    while (!this.closed && this.#buffered >= this.#needed) {
      const joined = this.#chunks.length === 1 ? (this.#chunks[0] ?? chunk) : Buffer.concat(this.#chunks)
      this.#chunks = [joined]
      const size = joined.readInt32BE(0)
      if (size < 4 || size > maxFrameBytes) {
        this.#refuse(joined)
        return
      }
      this.#needed = size + 4
      if (joined.length < this.#needed) return
      const rest = joined.subarray(this.#needed)
      this.#chunks = rest.length > 0 ? [rest] : []
      this.#buffered = rest.length
      const frame = joined.subarray(4, this.#needed)
      this.#needed = 4
      this.#answer(frame)
    }
  }

  #answer(frame: Buffer): void {
    const correlation = frame.readInt32BE(0)
    const pending = this.#pending.get(correlation)
    if (!pending) {
      this.close(`answer to an unknown request ${correlation}`)
      return
    }
    this.#pending.delete(correlation)
    this.#answered++
    try {
      const reader = Reader.from(frame.subarray(4))
      if (pending.flexible) reader.readTaggedFields()
      pending.decode(reader)
    } catch (error) {
      pending.reject(
        new BrokerError('protocol', `${this.address} sent an answer that cannot be read`, { cause: error }),
      )
    }
    if (this.#retired) this.retire()
  }

  #refuse(bytes: Buffer): void {
    const isTls = bytes[0] === 0x15 || bytes[0] === 0x16
    const words = isTls ? 'answers with TLS: set tls for this broker' : 'does not speak the Kafka protocol'
    this.#fail(new BrokerError('unreachable', `${this.address} ${words}`))
    this.#socket.destroy()
  }

  #lost(reason: string): BrokerError {
    // A SASL listener answers ApiVersions to anybody and closes on the first real request without a sign-in.
    const hint = this.#answered === 1 && !this.#signedIn ? ' (this may be a SASL port: set sasl)' : ''
    return new BrokerError('unreachable', `Connection to ${this.address} lost: ${reason}${hint}`, {
      detail: { lost: true },
    })
  }

  #end(reason: string): void {
    this.#fail(this.#lost(reason))
  }

  #fail(error: BrokerError): void {
    if (this.closed) return
    this.closed = true
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
    for (const listener of this.#onClose) listener()
  }
}

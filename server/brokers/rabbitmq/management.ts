import http from 'node:http'
import https from 'node:https'
import { BrokerError, type Call, within } from '../contract/index.ts'
import { mapHttpError, mapHttpStatus, tlsFailure } from './errors.ts'
import { readTls } from './links.ts'
import { parseEndpoint, type RabbitmqOptions } from './options.ts'

export type Json = Record<string, unknown>

const maxAnswerBytes = 256 * 1024 * 1024

interface RequestMore {
  readonly headers?: Readonly<Record<string, string>>
  readonly otherStatus?: number | undefined
}

/** The management HTTP API. Plain node:http(s), because fetch takes no CA file. */
export class Management {
  readonly #base: { host: string; port: number; prefix: string; auth: string | null; secure: boolean }
  readonly #options: RabbitmqOptions
  #agent: http.Agent | https.Agent | null = null

  /** @param how anonymous: no credentials are sent */
  constructor(address: string, options: RabbitmqOptions, how: { readonly anonymous?: boolean } = {}) {
    const endpoint = parseEndpoint(address, [15672, 15671])
    this.#base = {
      host: endpoint.host,
      port: new URL(address).port === '' ? (endpoint.secure ? 443 : 80) : endpoint.port,
      prefix: new URL(address).pathname.replace(/\/+$/, ''),
      auth: how.anonymous === true ? null : `${endpoint.username}:${endpoint.password}`,
      secure: endpoint.secure,
    }
    this.#options = options
  }

  #agentNow(): http.Agent | https.Agent {
    const settings = { keepAlive: true, maxSockets: 8, scheduling: 'lifo' as const }
    this.#agent ??= this.#base.secure
      ? new https.Agent({ ...settings, ...readTls(this.#options) })
      : new http.Agent(settings)
    return this.#agent
  }

  /** After a handshake that failed the certificates are read again, so that a renewed file is taken up. */
  #failed(agent: http.Agent | https.Agent, error: unknown): BrokerError {
    if (this.#agent === agent && tlsFailure(error) !== null) this.#agent = null
    return mapHttpError(error)
  }

  /** @param path below `/api`, its parts already encoded with `seg` */
  async get(path: string, call: Call, otherStatus?: number): Promise<unknown> {
    const text = await this.#request('GET', `/api${path}`, { otherStatus }, call)
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new BrokerError('protocol', 'The management API answered something that is not JSON', {
        cause: error,
      })
    }
  }

  /** @param otherStatus a status besides 2xx whose body is an answer as well */
  async getObject(path: string, call: Call, otherStatus?: number): Promise<Json> {
    const value = await this.get(path, call, otherStatus)
    if (!isJson(value)) throw new BrokerError('protocol', 'The management API answered no object')
    return value
  }

  /** A bare array, or the items of a paged answer. */
  async getList(path: string, call: Call): Promise<Json[]> {
    const value = await this.get(path, call)
    const items: unknown = isJson(value) ? value.items : value
    if (!Array.isArray(items)) throw new BrokerError('protocol', 'The management API answered no list')
    return items.filter(isJson)
  }

  /** Plain text of any path (the prometheus listener). */
  getText(path: string, call: Call): Promise<string> {
    return this.#request('GET', path, {}, call)
  }

  /** @param path below `/api`, its parts already encoded with `seg` */
  async delete(path: string, headers: Readonly<Record<string, string>>, call: Call): Promise<void> {
    await this.#request('DELETE', `/api${path}`, { headers }, call)
  }

  #request(method: string, path: string, more: RequestMore, call: Call): Promise<string> {
    const { host, port, prefix, auth, secure } = this.#base
    let request: http.ClientRequest | undefined
    const work = new Promise<string>((resolve, reject) => {
      const agent = this.#agentNow()
      const options = {
        host,
        port,
        path: prefix + path,
        method,
        ...(auth === null ? {} : { auth }),
        agent,
        headers: { accept: 'application/json, text/plain', ...more.headers },
      }
      request = (secure ? https : http).request(options, (response) => {
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > maxAnswerBytes) response.destroy(new Error('the answer is larger than 256 MiB'))
          chunks.push(chunk)
        })
        response.on('error', (error) => reject(mapHttpError(error)))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const status = response.statusCode ?? 0
          if ((status >= 200 && status < 300) || status === more.otherStatus) resolve(text)
          else reject(mapHttpStatus(status, text, path))
        })
      })
      request.on('error', (error) => reject(this.#failed(agent, error)))
      request.end()
    })
    return within(call, work, () => request?.destroy())
  }

  close(): void {
    this.#agent?.destroy()
    this.#agent = null
  }
}

/** One path segment; a vhost or queue may be called anything. */
export function seg(text: string): string {
  // Cowboy resolves dot segments even when escaped once by a client, so they are always escaped.
  return encodeURIComponent(text).replace(
    /[.!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text at `key`, or undefined for anything else. */
export function textAt(json: Json, key: string): string | undefined {
  const value = json[key]
  return typeof value === 'string' ? value : undefined
}

export function numberAt(json: Json, key: string): number | undefined {
  const value = json[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The object at `key`; RabbitMQ writes an empty one as `[]` or `""` in some versions. */
export function objectAt(json: Json, key: string): Json {
  const value = json[key]
  return isJson(value) ? value : {}
}

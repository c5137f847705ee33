import { BrokerError, type Call, shorten } from '../contract/index.ts'
import { isJson, type Json, Management, numberAt, textAt } from './management.ts'
import { parseEndpoint, type RabbitmqOptions } from './options.ts'
import { parseScrape, type Scrape } from './prometheus.ts'

const askAgainMs = 10 * 60_000
const startGapMs = 30_000

/** The node a scrape must come from: a port on the same host may belong to another broker. */
export interface Expected {
  readonly node: string
  readonly cluster: string | undefined
  /** Epoch ms, where known. */
  readonly startedAtMs: number | null
}

/**
 * The prometheus listener: the configured one, else the one the broker itself names, on the host of the
 * management address, no less protected (https where that is https), without credentials, and only when the
 * answer comes from the same node and cluster. One that does not answer is left alone for ten minutes.
 */
export class PrometheusSource {
  readonly #options: RabbitmqOptions
  readonly #configured: Management | null
  #found: { readonly port: number; readonly management: Management } | null = null
  #notBeforeMs = 0

  constructor(options: RabbitmqOptions) {
    this.#options = options
    this.#configured = options.prometheus === undefined ? null : new Management(options.prometheus, options)
  }

  get isConfigured(): boolean {
    return this.#configured !== null
  }

  /** Null: there is none to be asked now. @throws what the configured one failed with */
  async scrape(query: string, overview: Json, expected: Expected | null, call: Call): Promise<Scrape | null> {
    const path = `/metrics/detailed?${query}`
    if (this.#configured) return parseScrape(await this.#configured.getText(path, call))
    if (expected === null || Date.now() < this.#notBeforeMs) return null
    const found = this.#find(overview)
    if (found === null) return null
    try {
      const scrape = parseScrape(await found.getText(`${path}&family=node_metrics`, shorten(call, 5_000)))
      if (isFrom(scrape, expected)) return scrape
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error
      // A caller who left says nothing about the listener.
      if (call.signal.aborted) throw error
    }
    this.#notBeforeMs = Date.now() + askAgainMs
    return null
  }

  /** `/metrics`, aggregated, under the same conditions; null where it does not answer. */
  async aggregate(overview: Json, expected: Expected | null, call: Call): Promise<string | null> {
    const source = this.#configured ?? this.#find(overview)
    if (!source || Date.now() < this.#notBeforeMs) return null
    if (!this.#configured && expected === null) return null
    try {
      const text = await source.getText('/metrics', shorten(call, 5_000))
      if (this.#configured || (expected && isFrom(parseScrape(text), expected))) return text
    } catch (error) {
      if (!(error instanceof BrokerError) || call.signal.aborted) throw error
    }
    this.#notBeforeMs = Date.now() + askAgainMs
    return null
  }

  #find(overview: Json): Management | null {
    const { management } = this.#options
    if (management === undefined) return null
    const { secure, host } = parseEndpoint(management, [15672, 15671])
    const protocol = secure ? 'https/prometheus' : 'http/prometheus'
    const listeners: unknown[] = Array.isArray(overview.listeners) ? overview.listeners : []
    const own = listeners.filter(isJson).filter((one) => textAt(one, 'protocol') === protocol)
    const [listener] = own
    const port = listener && own.length === 1 ? numberAt(listener, 'port') : undefined
    if (port === undefined) return null
    if (this.#found?.port === port) return this.#found.management
    this.#found?.management.close()
    const shown = host.includes(':') ? `[${host}]` : host
    const address = `${secure ? 'https' : 'http'}://${shown}:${port}`
    this.#found = { port, management: new Management(address, this.#options, { anonymous: true }) }
    return this.#found.management
  }

  close(): void {
    this.#configured?.close()
    this.#found?.management.close()
  }
}

function isFrom(scrape: Scrape, { node, cluster, startedAtMs }: Expected): boolean {
  if (scrape.node !== node || (cluster !== undefined && scrape.cluster !== cluster)) return false
  if (startedAtMs === null || scrape.uptimeMs === null) return true
  return Math.abs(Date.now() - scrape.uptimeMs - startedAtMs) < startGapMs
}

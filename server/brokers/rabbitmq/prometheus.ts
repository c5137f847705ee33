/** What the prometheus listener tells of one queue; `published` … from 4.0 on, counted since the node or the queue began. */
export interface QueueMetrics {
  ready?: number
  unacked?: number
  depth?: number
  consumers?: number
  /** Work done by the queue's process: it falls only when another process took its place. Streams tell 0. */
  reductions?: number
  published?: number
  delivered?: number
  acked?: number
  redelivered?: number
  /** classic, quorum, stream; from 3.13 on. */
  type?: string
}

export interface Scrape {
  /** By `vhost\0queue`. */
  readonly queues: Map<string, QueueMetrics>
  /** Which node answered, of which cluster; null where the version does not tell. */
  readonly node: string | null
  readonly cluster: string | null
  readonly uptimeMs: number | null
}

type NumberField = Exclude<keyof QueueMetrics, 'type'>

/** Fields are added up: what is delivered is counted by the four ways of getting it. */
const fieldOf: Readonly<Record<string, NumberField>> = {
  queue_messages_ready: 'ready',
  queue_messages_unacked: 'unacked',
  queue_messages: 'depth',
  queue_consumers: 'consumers',
  queue_process_reductions_total: 'reductions',
  queue_exchange_messages_published_total: 'published',
  queue_messages_delivered_ack_total: 'delivered',
  queue_messages_delivered_total: 'delivered',
  queue_get_ack_total: 'delivered',
  queue_get_total: 'delivered',
  queue_messages_acked_total: 'acked',
  queue_messages_redelivered_total: 'redelivered',
}
const prefix = 'rabbitmq_detailed_'

/** Reads an answer of `/metrics/detailed`; lines of other families are passed over. */
export function parseScrape(text: string): Scrape {
  const queues = new Map<string, QueueMetrics>()
  let identity: Record<string, string> = {}
  let uptimeMs: number | null = null
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const line = text.charCodeAt(start) === 35 ? '' : text.slice(start, end)
    start = end + 1
    if (line.startsWith(prefix)) {
      if (line.startsWith('erlang_uptime_seconds ', prefix.length)) uptimeMs = 1000 * lastNumber(line)
      else readQueueLine(line, queues)
    } else if (line.startsWith('rabbitmq_identity_info{')) identity = parseLabels(line, 23).labels
  }
  // What was published to a name without a queue is counted under that name.
  for (const [key, { depth, ready, consumers }] of queues)
    if (depth === undefined && ready === undefined && consumers === undefined) queues.delete(key)
  return {
    queues,
    node: identity.rabbitmq_node ?? null,
    cluster: identity.rabbitmq_cluster ?? null,
    uptimeMs,
  }
}

const lastNumber = (line: string) => Number(line.slice(line.lastIndexOf(' ') + 1))

function readQueueLine(line: string, queues: Map<string, QueueMetrics>): void {
  const brace = line.indexOf('{')
  if (brace < 0) return
  const name = line.slice(prefix.length, brace)
  const isInfo = name === 'queue_info'
  const field = fieldOf[name]
  if (field === undefined && !isInfo) return
  const { labels, rest } = parseLabels(line, brace + 1)
  const vhost = labels.vhost ?? labels.queue_vhost
  const { queue } = labels
  if (vhost === undefined || queue === undefined) return
  const key = `${vhost}\0${queue}`
  const metrics = queues.get(key) ?? {}
  queues.set(key, metrics)
  if (isInfo) metrics.type = typeOf(labels.queue_type)
  if (field === undefined) return
  const value = Number(rest.trim().split(' ')[0])
  if (Number.isFinite(value)) metrics[field] = (metrics[field] ?? 0) + value
}

/** `rabbit_quorum_queue` → quorum. */
function typeOf(text: string | undefined): string {
  return text?.replace(/^rabbit_(.*)_queue$/, '$1') ?? 'classic'
}

/** Labels up to the closing brace; a value may hold any character, with `\\`, `\"` and `\n` escaped. */
function parseLabels(line: string, start: number): { labels: Record<string, string>; rest: string } {
  const labels: Record<string, string> = {}
  let at = start
  while (at < line.length && line[at] !== '}') {
    const equals = line.indexOf('="', at)
    if (equals < 0) break
    const name = line.slice(line[at] === ',' ? at + 1 : at, equals)
    const quote = line.indexOf('"', equals + 2)
    const slash = line.indexOf('\\', equals + 2)
    if (slash < 0 || slash > quote) {
      labels[name] = line.slice(equals + 2, quote)
      at = quote + 1
    } else {
      const found = readEscaped(line, equals + 2)
      labels[name] = found.value
      at = found.end + 1
    }
  }
  return { labels, rest: line.slice(at + 1) }
}

function readEscaped(line: string, start: number): { value: string; end: number } {
  let value = ''
  let at = start
  for (; at < line.length && line[at] !== '"'; at += 1) {
    if (line[at] === '\\') {
      at += 1
      value += line[at] === 'n' ? '\n' : (line[at] ?? '')
    } else value += line[at]
  }
  return { value, end: at }
}

/** A count of `/metrics`: the sum over all label sets of its name; null where there is none. */
export function sumMetric(text: string, name: string): number | null {
  let sum: number | null = null
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const isStart = at === 0 || text[at - 1] === '\n'
    const after = text[at + name.length]
    if (!isStart || (after !== '{' && after !== ' ')) continue
    const newline = text.indexOf('\n', at)
    const value = lastNumber(text.slice(at, newline < 0 ? text.length : newline))
    if (Number.isFinite(value)) sum = (sum ?? 0) + value
  }
  return sum
}

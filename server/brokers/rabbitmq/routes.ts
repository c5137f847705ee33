import { type Json, objectAt, textAt } from './management.ts'

export interface Exchange {
  readonly name: string
  readonly vhost: string
  readonly type: string
  readonly alternate: string | null
}

export interface BindingFact {
  readonly vhost: string
  readonly source: string
  readonly destination: string
  readonly isToQueue: boolean
  readonly key: string
}

export function readExchanges(items: readonly Json[]): Exchange[] {
  return items.map((item) => ({
    name: textAt(item, 'name') ?? '',
    vhost: textAt(item, 'vhost') ?? '/',
    type: textAt(item, 'type') ?? 'direct',
    alternate: textAt(objectAt(item, 'arguments'), 'alternate-exchange') ?? null,
  }))
}

export function readBindings(items: readonly Json[]): BindingFact[] {
  return items.map((item) => ({
    vhost: textAt(item, 'vhost') ?? '/',
    source: textAt(item, 'source') ?? '',
    destination: textAt(item, 'destination') ?? '',
    isToQueue: (textAt(item, 'destination_type') ?? 'queue') === 'queue',
    key: textAt(item, 'routing_key') ?? '',
  }))
}

const maxHops = 5

/** Which queues a message would reach, by exchange and routing key. */
export class Routes {
  readonly #exchanges = new Map<string, Exchange>()
  readonly #bySource = new Map<string, BindingFact[]>()
  readonly #byQueue = new Map<string, BindingFact[]>()

  constructor(exchanges: readonly Exchange[], bindings: readonly BindingFact[]) {
    for (const exchange of exchanges) this.#exchanges.set(keyOf(exchange.vhost, exchange.name), exchange)
    for (const binding of bindings) {
      push(this.#bySource, keyOf(binding.vhost, binding.source), binding)
      if (binding.isToQueue) push(this.#byQueue, keyOf(binding.vhost, binding.destination), binding)
    }
  }

  has(vhost: string, exchange: string): boolean {
    return exchange === '' || this.#exchanges.has(keyOf(vhost, exchange))
  }

  /** Keys a message in this queue may carry: those it is bound with, and its own name. */
  keysOf(vhost: string, queue: string): string[] {
    const bound = (this.#byQueue.get(keyOf(vhost, queue)) ?? []).map(({ key }) => key)
    return [...new Set([queue, ...bound])]
  }

  /** Names of the queues reached; a key with wildcards stands for every key it matches. */
  reach(vhost: string, exchange: string, keys: readonly string[], hops = 0): string[] {
    // The default exchange: every queue is bound with its own name.
    if (exchange === '') return [...keys]
    const known = this.#exchanges.get(keyOf(vhost, exchange))
    if (!known || hops > maxHops) return []
    const matching = (this.#bySource.get(keyOf(vhost, exchange)) ?? []).filter((binding) =>
      keys.some((key) => matches(known.type, binding.key, key)),
    )
    const queues = matching.flatMap((binding) =>
      binding.isToQueue ? [binding.destination] : this.reach(vhost, binding.destination, keys, hops + 1),
    )
    if (queues.length === 0 && known.alternate !== null)
      return this.reach(vhost, known.alternate, keys, hops + 1)
    return [...new Set(queues)]
  }
}

function keyOf(vhost: string, name: string): string {
  return `${vhost}\0${name}`
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** Types that do not route by key alone (fanout, headers, hashes, plugins) may reach whatever is bound. */
function matches(type: string, pattern: string, key: string): boolean {
  if (type !== 'direct' && type !== 'topic') return true
  const isOpen = /(^|\.)[*#](\.|$)/.test(key)
  if (isOpen) return type === 'topic' ? true : topicMatches(key.split('.'), pattern.split('.'))
  return type === 'direct' ? pattern === key : topicMatches(pattern.split('.'), key.split('.'))
}

/** `*` is one word, `#` any number of them. */
export function topicMatches(pattern: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return words.length === 0
  if (first === '#') {
    if (rest.length === 0) return true
    return words.some((_, at) => topicMatches(rest, words.slice(at))) || topicMatches(rest, [])
  }
  const [word, ...others] = words
  return word !== undefined && (first === '*' || first === word) && topicMatches(rest, others)
}

/** Depths of one queue as the prometheus listener gives them. */
export interface QueueDepth {
  ready?: number
  unacked?: number
  depth?: number
  consumers?: number
}

const fieldOf: Record<string, keyof QueueDepth> = {
  rabbitmq_detailed_queue_messages_ready: 'ready',
  rabbitmq_detailed_queue_messages_unacked: 'unacked',
  rabbitmq_detailed_queue_messages: 'depth',
  rabbitmq_detailed_queue_consumers: 'consumers',
}

/** `vhost\0queue` → depths, from `/metrics/detailed`. */
export function parseQueueDepths(text: string): Map<string, QueueDepth> {
  const found = new Map<string, QueueDepth>()
  for (const line of text.split('\n')) {
    const brace = line.indexOf('{')
    if (brace < 0 || line.startsWith('#')) continue
    const field = fieldOf[line.slice(0, brace)]
    if (field === undefined) continue
    const { labels, rest } = parseLabels(line, brace + 1)
    const value = Number(rest.trim().split(' ')[0])
    const { vhost, queue } = labels
    if (vhost === undefined || queue === undefined || !Number.isFinite(value)) continue
    const key = `${vhost}\0${queue}`
    const depth = found.get(key) ?? {}
    depth[field] = value
    found.set(key, depth)
  }
  return found
}

/** Labels up to the closing brace; a value may hold any character, with `\\`, `\"` and `\n` escaped. */
function parseLabels(line: string, start: number): { labels: Record<string, string>; rest: string } {
  const labels: Record<string, string> = {}
  let at = start
  while (at < line.length && line[at] !== '}') {
    const equals = line.indexOf('="', at)
    if (equals < 0) break
    const name = line.slice(at, equals).replace(/^,/, '')
    let value = ''
    at = equals + 2
    while (at < line.length && line[at] !== '"') {
      if (line[at] === '\\') {
        at += 1
        value += line[at] === 'n' ? '\n' : (line[at] ?? '')
      } else value += line[at]
      at += 1
    }
    labels[name] = value
    at += 1
  }
  return { labels, rest: line.slice(at + 1) }
}

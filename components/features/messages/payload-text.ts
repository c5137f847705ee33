import type { Header, HeaderItem, HeaderValue } from '@/lib/schemas/header'
import type { Payload } from '@/lib/schemas/message'

/** One line that stands for a payload in a list: its text, else that it is binary. */
export function previewOf(payload: Payload | null, length = 160): string | null {
  if (!payload) return null
  if (payload.text !== undefined) return payload.text.slice(0, length)
  return payload.bytes === 0 ? '' : `binary, ${payload.bytes} bytes`
}

/** A header's value for reading: nested tables and lists as compact JSON-like text, bytes as base64. */
export function headerText(item: HeaderItem): string {
  return valueText(item.value, item.type)
}

function valueText(value: HeaderValue, type: string): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return type === 'timestamp' ? readTimestamp(value) : value
  const parts = value.map((entry) => {
    const text = valueText(entry.value, entry.type)
    return 'name' in entry ? `${(entry as Header).name}: ${text}` : text
  })
  return type === 'table' ? `{ ${parts.join(', ')} }` : `[ ${parts.join(', ')} ]`
}

/** Brokers hold whole seconds or ISO text; both are shown as a moment, the raw value staying in the title. */
function readTimestamp(value: string): string {
  if (!/^\d{9,11}$/.test(value)) return value
  return new Date(Number(value) * 1000).toISOString()
}

/** How a body is to be read: "JSON, unwrapped from gzip". */
export function viewWords(payload: Payload): string {
  const outer = payload.decoded.filter((step) => !['json', 'text', 'hex', 'utf8', 'utf-8'].includes(step))
  const inner =
    payload.json !== undefined || payload.decoded.includes('json')
      ? 'JSON'
      : payload.text !== undefined
        ? 'text'
        : 'binary'
  return outer.length > 0 ? `${inner}, unwrapped from ${outer.join(', then ')}` : inner
}

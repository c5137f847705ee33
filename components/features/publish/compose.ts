import type { Header, HeaderType } from '@/lib/schemas/header'
import type { PayloadInput, PublishInput } from '@/lib/schemas/message'

export type BodyKind = 'text' | 'json' | 'base64' | 'null'

export interface HeaderDraft {
  readonly key: number
  readonly name: string
  readonly type: HeaderType
  readonly value: string
}

export interface Draft {
  readonly key: string
  readonly body: string
  readonly bodyKind: BodyKind
  readonly headers: readonly HeaderDraft[]
  readonly properties: string
  readonly routingKey: string
  readonly partition: string
}

export const emptyDraft: Draft = {
  key: '',
  body: '',
  bodyKind: 'json',
  headers: [],
  properties: '',
  routingKey: '',
  partition: '',
}

/** Types a header can be typed in as one line of text. */
export const plainTypes: readonly HeaderType[] = [
  'string',
  'bool',
  'int32',
  'int64',
  'double',
  'timestamp',
  'bytes',
  'null',
]

export type Composed =
  | { readonly ok: true; readonly input: PublishInput }
  | {
      readonly ok: false
      readonly field: 'body' | 'properties' | 'partition' | 'headers'
      readonly error: string
    }

/**
 * The draft as the call takes it. A JSON body is checked but sent as the text that was typed: numbers beyond
 * 2^53 and the order of keys stay as they were written.
 */
export function compose(draft: Draft): Composed {
  if (draft.bodyKind === 'json') {
    const error = jsonError(draft.body)
    if (error) return { ok: false, field: 'body', error }
  }
  if (
    draft.bodyKind === 'base64' &&
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(draft.body.trim())
  )
    return { ok: false, field: 'body', error: 'This is not base64' }
  let properties: Record<string, unknown> | undefined
  if (draft.properties.trim()) {
    const error = jsonError(draft.properties)
    if (error) return { ok: false, field: 'properties', error }
    const parsed: unknown = JSON.parse(draft.properties)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      return { ok: false, field: 'properties', error: 'Properties are a JSON object' }
    properties = parsed as Record<string, unknown>
  }
  if (draft.partition && !/^\d+$/.test(draft.partition))
    return { ok: false, field: 'partition', error: 'A partition is a whole number' }
  const named = draft.headers.filter((header) => header.name || header.value)
  const unnamed = named.find((header) => !header.name)
  if (unnamed) return { ok: false, field: 'headers', error: 'A header needs a name' }
  const wrong = named.find((header) => /^int/.test(header.type) && !/^-?\d+$/.test(header.value))
  if (wrong) return { ok: false, field: 'headers', error: `${wrong.name} is no whole number` }
  return {
    ok: true,
    input: {
      ...(draft.key ? { key: { text: draft.key } } : {}),
      body: bodyOf(draft),
      ...(named.length > 0 ? { headers: named.map(headerOf) } : {}),
      ...(properties ? { properties } : {}),
      ...(draft.routingKey ? { routingKey: draft.routingKey } : {}),
      ...(draft.partition ? { partition: Number(draft.partition) } : {}),
    },
  }
}

function bodyOf(draft: Draft): PayloadInput {
  if (draft.bodyKind === 'null') return null
  return draft.bodyKind === 'base64' ? { base64: draft.body.trim() } : { text: draft.body }
}

function headerOf({ name, type, value }: HeaderDraft): Header {
  return { name, type, value: type === 'null' ? null : value }
}

function jsonError(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'This is not JSON'
  }
}

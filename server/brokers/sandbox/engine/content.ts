import type { Header } from '../../../../lib/schemas/header.ts'

export interface Content {
  readonly key: Uint8Array | null
  readonly body: Uint8Array | null
  readonly headers: readonly Header[]
  readonly properties: Readonly<Record<string, unknown>>
}

/** What the traffic writes is made only when somebody looks: a day of it costs a few megabytes. */
export type LazyContent = Content | (() => Content)

export function contentOf(lazy: LazyContent): Content {
  return typeof lazy === 'function' ? lazy() : lazy
}

export function sizeOf(content: Content): number {
  const headers = content.headers.reduce((sum, header) => sum + header.name.length + measure(header.value), 0)
  return (content.key?.byteLength ?? 0) + (content.body?.byteLength ?? 0) + headers
}

function measure(value: Header['value']): number {
  if (value === null) return 0
  if (typeof value === 'string') return Buffer.byteLength(value)
  return value.reduce((sum, item) => sum + measure(item.value), 0)
}

import type { Header } from '../../../../lib/schemas/header.ts'

export interface Content {
  readonly key: Uint8Array | null
  readonly body: Uint8Array | null
  readonly headers: readonly Header[]
  readonly properties: Readonly<Record<string, unknown>>
}

/**
 * What the traffic writes is made only when somebody looks, from its number and its time: a day of it costs a
 * few megabytes.
 */
export type LazyContent = Content | ((n: number, atMs: number) => Content)

/** A message or record, whose content may still have to be made. */
export interface Holder {
  readonly content: LazyContent
  readonly n: number
  readonly timestampMs: number
}

export function contentOf({ content, n, timestampMs }: Holder): Content {
  return typeof content === 'function' ? content(n, timestampMs) : content
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

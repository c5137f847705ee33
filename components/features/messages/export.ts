import type { Message } from '@/lib/schemas/message'

/** The messages as the API gave them, one JSON document a line; a body that was cut says `truncated`. */
export function linesOf(messages: readonly Message[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join('')
}

/** Saves them as a file of the person's own; nothing is asked of the broker for it. */
export function exportMessages(name: string, messages: readonly Message[]): void {
  const url = URL.createObjectURL(new Blob([linesOf(messages)], { type: 'application/x-ndjson' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${name.replace(/[^\w.-]+/g, '-').slice(0, 80) || 'messages'}.jsonl`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

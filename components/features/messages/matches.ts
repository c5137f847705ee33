import type { Message } from '@/lib/schemas/message'
import { headerText } from './payload-text.ts'

/** Whether a message contains the words, anywhere a person would look: key, headers, properties, body, cause. */
export function messageContains(message: Message, words: string): boolean {
  const needle = words.toLowerCase()
  const has = (text: string | undefined) => text?.toLowerCase().includes(needle) ?? false
  return (
    has(message.body?.text) ||
    has(message.key?.text) ||
    has(message.position) ||
    has(message.deadLetter?.errorClass) ||
    has(message.deadLetter?.message) ||
    has(message.deadLetter?.reason) ||
    message.headers.some((header) => has(header.name) || has(headerText(header))) ||
    has(JSON.stringify(message.properties))
  )
}

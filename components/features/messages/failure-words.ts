import type { Failure, FailureReason, Message } from '@/lib/schemas/message'

const reasonWords: Record<FailureReason, string> = {
  exception: 'Exception',
  rejected: 'Rejected by its consumer',
  expired: 'Expired before anybody took it',
  maxlen: 'Pushed out by the length limit',
  delivery_limit: 'Delivery limit reached',
  no_consumer: 'No consumer',
  deserialization: 'Could not be deserialized',
  too_large: 'Too large',
  unroutable: 'Could not be routed',
  unknown: 'Reason not stated',
}

/** The cause in two or three words: the error's class, else the broker's reason. */
export function causeOf(failure: Failure): string {
  if (!failure.errorClass) return reasonWords[failure.reason]
  return failure.errorClass.split('.').at(-1) ?? failure.errorClass
}

export function reasonOf(failure: Failure): string {
  return reasonWords[failure.reason]
}

/** The header a field was read from, where the reader says. */
export function headerOf(failure: Failure, ...fields: string[]): string | null {
  const headers = failure.evidence
    .filter((item) => fields.some((field) => item.field === field || item.field.startsWith(`${field}.`)))
    .map((item) => item.header)
  return headers.length > 0 ? [...new Set(headers)].join(', ') : null
}

/** Where the messages would go back to, when all of them name the same place; null when they differ or are silent. */
export function commonOrigin(messages: readonly Message[]): string | null {
  const names = new Set(messages.map((message) => message.deadLetter?.origin.destination ?? null))
  if (names.size !== 1) return null
  return [...names][0] ?? null
}

import { BrokerError } from '../brokers/contract/index.ts'

/** A person may do nothing about it and time will: worth going on with the same run. */
export function isPassing(error: unknown): boolean {
  return error instanceof BrokerError && ['unreachable', 'timeout', 'throttled'].includes(error.code)
}

/** Going on is pointless whatever a person does: what the run works on is not there or cannot be used so. */
export function isFinal(error: unknown): boolean {
  return (
    error instanceof BrokerError &&
    ['not_found', 'unsupported', 'bad_request', 'conflict', 'too_large'].includes(error.code)
  )
}

export function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 1000)
}

import { AppError } from '../../lib/domain/app-error.ts'
import type { ErrorCode } from '../../lib/schemas/problem.ts'
import type { PublishOutcome } from '../brokers/contract/index.ts'

type NotConfirmed = Exclude<PublishOutcome, { state: 'confirmed' }>
type Refusal = Extract<PublishOutcome, { state: 'refused' }>['code']

const codes = {
  unroutable: 'conflict',
  rejected: 'conflict',
  too_large: 'too_large',
  forbidden: 'forbidden',
  not_found: 'not_found',
  bad_request: 'bad_request',
  unreachable: 'broker_unreachable',
} as const satisfies Record<Refusal, ErrorCode>

/** What the client hears of a message the broker did not confirm. */
export function errorOfOutcome(outcome: NotConfirmed): AppError {
  if (outcome.state === 'refused') {
    return new AppError(codes[outcome.code], outcome.reason, { detail: { reason: outcome.code } })
  }
  return new AppError('timeout', `Nobody knows whether it arrived: ${outcome.reason}`, {
    detail: { reason: 'unknown' },
  })
}

/** The outcome of one message of a batch; a driver that forgot one knows nothing of it. */
export function outcomeAt(outcomes: readonly PublishOutcome[], index: number): PublishOutcome {
  return outcomes[index] ?? { state: 'unknown', reason: 'The driver gave no outcome' }
}

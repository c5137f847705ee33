import { AppError } from '../../lib/domain/app-error.ts'

/** The person typed the destination's name, letter by letter. Throws `bad_request`. */
export function assertConfirmed(typed: string, name: string): void {
  if (typed === name) return
  throw new AppError('bad_request', 'The name typed to confirm is not the name of the destination', {
    detail: { field: 'confirm' },
  })
}

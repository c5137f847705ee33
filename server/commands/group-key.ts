import { AppError } from '../../lib/domain/app-error.ts'
import { decodeParts } from '../brokers/contract/index.ts'

/** What the driver calls the group that an id of the API names. Throws `not_found`. */
export function groupKeyOf(id: string): string {
  const [word, key] = decodeParts(id) ?? []
  if (word !== 'group' || key === undefined)
    throw new AppError('not_found', 'There is no such consumer group')
  return key
}

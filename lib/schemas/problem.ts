import { z } from 'zod'

/** A part of an answer that could not be read; the rest of the answer stands. `scope` names it (a topic, a vhost …). */
export const problemSchema = z
  .object({ scope: z.string(), code: z.string(), message: z.string() })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof problemSchema>

export const errorBodySchema = z
  .object({
    error: z.object({
      code: z.enum([
        'bad_request',
        'unauthenticated',
        'forbidden',
        'not_found',
        'conflict',
        'too_large',
        'throttled',
        'unsupported',
        'broker_auth_failed',
        'broker_unreachable',
        'timeout',
        'internal',
      ]),
      message: z.string(),
      detail: z.unknown().optional(),
      requestId: z.string(),
    }),
  })
  .meta({ id: 'Error' })
export type ErrorBody = z.infer<typeof errorBodySchema>
export type ErrorCode = ErrorBody['error']['code']

/** A page of `items`; `nextCursor` is null at the end. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    total: z.number().int().optional(),
    problems: z.array(problemSchema).optional(),
  })
}

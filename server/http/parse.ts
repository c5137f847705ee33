import type { z } from 'zod'
import type { Operation } from '../../lib/api/operation.ts'
import { AppError } from '../../lib/domain/app-error.ts'
import { readJson } from './read-json.ts'

/** Path parameters; one that cannot be an id of ours is `not_found`, like one that names nothing. */
export function parseParams(
  operation: Operation,
  raw: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | number> {
  const parsed = operation.params.safeParse(raw)
  if (!parsed.success) throw new AppError('not_found', 'There is nothing under this address')
  return parsed.data as Record<string, string | number>
}

/** Throws `bad_request` for an unknown parameter, one given twice, or a wrong value. */
export function parseQuery(operation: Operation, request: Request): Record<string, unknown> {
  const raw: Record<string, string> = {}
  for (const [key, value] of new URL(request.url).searchParams) {
    if (Object.hasOwn(raw, key)) throw new AppError('bad_request', `The query names ${key} twice`)
    Object.defineProperty(raw, key, { value, enumerable: true })
  }
  return parseWith(operation.query, raw, 'query') as Record<string, unknown>
}

export async function parseBody(operation: Operation, request: Request): Promise<unknown> {
  const raw = await readJson(request)
  return operation.body === null ? null : parseWith(operation.body, raw, 'body')
}

function parseWith(schema: z.ZodType, raw: unknown, where: 'query' | 'body'): unknown {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.slice(0, 10).map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }))
  const first = issues[0]
  const at = first && first.path !== '' ? `${where}.${first.path}` : where
  throw new AppError('bad_request', `${at}: ${first?.message ?? 'not as expected'}`, {
    detail: { where, issues },
  })
}

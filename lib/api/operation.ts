import { z } from 'zod'
import type { Permission } from '../domain/permissions.ts'
import type { Route } from './routes.ts'

export interface Operation extends Route {
  readonly summary: string
  readonly tag: string
  /** Null: open to everybody (only signing in). */
  readonly permission: Permission | 'signed-in' | null
  /** The verb of the audit row that is committed before the act; null for reads. */
  readonly audit: string | null
  readonly params: z.ZodObject
  readonly query: z.ZodObject
  /** Null: the call takes no body (an empty JSON object is accepted on writes). */
  readonly body: z.ZodType | null
  /** The answer's shape; of an event stream, the shape of `{event, data}`; null for raw bytes. */
  readonly response: z.ZodType | null
  readonly status: 200 | 201
  readonly stream: 'events' | 'bytes' | null
  /** The deadline of the whole call; 0 for a stream that lasts as long as its reader. */
  readonly timeoutMs: number
}

/** Every opaque id; what does not decode is 404, so only its outer form is checked here. */
export const idSchema = z.string().min(1).max(4096)
const cursorSchema = z.string().min(1).max(4096)

export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: cursorSchema.optional(),
})
const noQuerySchema = z.strictObject({})

/** `?flag=true|false`. */
export const flagSchema = z.enum(['true', 'false']).transform((value) => value === 'true')
export const orderSchema = z.enum(['asc', 'desc'])

/** What most calls are: a read without parameters. */
export const readDefaults = {
  params: z.strictObject({}),
  query: noQuerySchema,
  body: null,
  audit: null,
  status: 200,
  stream: null,
  timeoutMs: 30_000,
} as const

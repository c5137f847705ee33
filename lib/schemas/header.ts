import { z } from 'zod'

export const headerTypeSchema = z.enum([
  'string',
  'bytes',
  'null',
  'bool',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'float',
  'double',
  'decimal',
  'timestamp',
  'table',
  'list',
])
export type HeaderType = z.infer<typeof headerTypeSchema>

export type HeaderValue = string | null | Header[] | HeaderItem[]
/**
 * One typed value. Numbers, bools and timestamps are exact decimal strings (`"true"`, ISO 8601 or whole
 * seconds as the broker holds them), `bytes` is base64, `table` a list of headers, `list` a list of items.
 */
export interface HeaderItem {
  type: HeaderType
  value: HeaderValue
  /** The broker's own tag where `type` alone would not restore the exact bytes (e.g. an AMQP longstr that is not UTF-8). */
  native?: string | undefined
}
export interface Header extends HeaderItem {
  name: string
}

const itemSchema: z.ZodType<HeaderItem> = z
  .lazy(() => z.object({ type: headerTypeSchema, value: valueSchema, native: z.string().optional() }))
  .meta({ id: 'HeaderItem' })
export const headerSchema: z.ZodType<Header> = z
  .lazy(() =>
    z.object({ name: z.string(), type: headerTypeSchema, value: valueSchema, native: z.string().optional() }),
  )
  .meta({ id: 'Header' })
const valueSchema: z.ZodType<HeaderValue> = z
  .lazy(() => z.union([z.string(), z.null(), z.array(headerSchema), z.array(itemSchema)]))
  .meta({ id: 'HeaderValue' })

import { z } from 'zod'

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/
export function isLoopback(host: string): boolean {
  return loopback.test(host)
}

const urlSchema = z
  .string()
  .refine(isOrigin, 'expected http(s)://host[:port], without a path, user or query')
  .transform((text) => new URL(text).origin)

function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol)) return false
  return (
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  )
}

const units: Record<string, number> = { MB: 1_000_000, GB: 1_000_000_000, TB: 1_000_000_000_000 }
const smallestHistory = 16_000_000

/** Bytes, or a number with a unit: 500MB, 2GB. */
const sizeSchema = z
  .union([z.int(), z.string()])
  .transform((given) => {
    const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?) ?(MB|GB|TB)$/.exec(String(given)) ?? []
    return typeof given === 'number' ? given : Math.round(Number(count) * (units[unit] ?? Number.NaN))
  })
  .refine((bytes) => bytes >= smallestHistory, 'expected bytes or a size like 500MB or 2GB, at least 16MB')

export const serverSchema = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'expected a host name or an IP address')
    .optional(),
  port: z.int().min(0).max(65_535).optional(),
  url: urlSchema.optional(),
  dataDir: z.string().min(1).optional(),
  token: z
    .string()
    .regex(/^\S{16,}$/, 'expected at least 16 characters without spaces')
    .optional(),
  historyLimit: sizeSchema.optional(),
})

export const fileSchema = z.strictObject({
  server: serverSchema.nullish(),
  discover: z.boolean().nullish(),
  sandbox: z.boolean().nullish(),
  brokers: z.array(z.record(z.string(), z.unknown())).max(500).nullish(),
})

/** What every broker has, whatever its kind; the rest of its keys are the kind's own options. */
export const brokerBaseSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'expected 1 to 40 of a-z, 0-9 and -'),
  kind: z.string(),
  label: z.string().min(1).max(100).optional(),
  environment: z.enum(['production', 'staging', 'development']).default('development'),
  mode: z.enum(['read-only', 'read-write']).default('read-write'),
})

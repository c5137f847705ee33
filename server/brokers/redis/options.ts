import { z } from 'zod'

const tlsSchema = z.union([
  z.boolean(),
  z.strictObject({
    caFile: z.string().min(1).optional(),
    certFile: z.string().min(1).optional(),
    keyFile: z.string().min(1).optional(),
  }),
])

/** One line of the mapping a team configures because Redis has no dead-letter queue of its own. */
const deadLetterSchema = z.strictObject({
  stream: z.string().min(1),
  origin: z.string().min(1),
  cause: z.string().min(1).optional(),
  attempts: z.string().min(1).optional(),
})

export const redisOptionsSchema = z
  .strictObject({
    url: z
      .string()
      .refine((text) => readUrl(text) !== null, 'expected redis://[user:password@]host:port[/database]')
      .optional(),
    cluster: z
      .array(z.string().refine((text) => readAddress(text) !== null, 'expected host:port'))
      .min(1)
      .optional(),
    username: z.string().min(1).optional(),
    password: z.string().optional(),
    tls: tlsSchema.optional(),
    deadLetters: z.array(deadLetterSchema).optional(),
    bodyField: z.string().min(1).optional(),
  })
  .refine((options) => (options.url === undefined) !== (options.cluster === undefined), {
    message: 'give either url or cluster',
    path: ['url'],
  })

export type RedisOptions = z.infer<typeof redisOptionsSchema>
export type TlsOptions = z.infer<typeof tlsSchema>

export interface Address {
  readonly host: string
  readonly port: number
}

/** Where to connect and as whom, from either form of the configuration. */
export interface Access {
  readonly seeds: readonly Address[]
  readonly isCluster: boolean
  readonly db: number
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly tls: TlsOptions
}

export function readAccess(options: RedisOptions): Access {
  const url = options.url === undefined ? null : readUrl(options.url)
  const seeds = url
    ? [url.address]
    : (options.cluster ?? []).map(readAddress).filter((address) => address !== null)
  return {
    seeds,
    isCluster: url === null,
    db: url?.db ?? 0,
    username: options.username ?? url?.username,
    password: options.password ?? url?.password,
    tls: options.tls ?? url?.isTls ?? false,
  }
}

export function textOfAddress(address: Address): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}

function readUrl(text: string) {
  try {
    const url = new URL(text)
    const db = url.pathname.replace(/^\//, '')
    if (!['redis:', 'rediss:'].includes(url.protocol) || !url.hostname || !/^\d*$/.test(db)) return null
    return {
      address: { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port ? Number(url.port) : 6379 },
      db: db === '' ? 0 : Number(db),
      username: url.username ? decodeURIComponent(url.username) : undefined,
      password: url.password ? decodeURIComponent(url.password) : undefined,
      isTls: url.protocol === 'rediss:',
    }
  } catch {
    return null
  }
}

function readAddress(text: string): Address | null {
  const match = /^(?:\[([^\]]+)\]|([^:\s/@]+))(?::(\d{1,5}))?$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3] ?? 6379)
  return host === undefined || port < 1 || port > 65_535 ? null : { host, port }
}

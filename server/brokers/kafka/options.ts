import { z } from 'zod'

const tlsFilesSchema = z.strictObject({
  caFile: z.string().min(1).optional(),
  certFile: z.string().min(1).optional(),
  keyFile: z.string().min(1).optional(),
})

const addressSchema = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/, 'expected host:port')
  .refine((address) => Number(address.slice(address.lastIndexOf(':') + 1)) <= 65_535, 'port above 65535')

export const kafkaOptionsSchema = z.strictObject({
  bootstrap: z.array(addressSchema).min(1),
  tls: z.union([z.boolean(), tlsFilesSchema]).optional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: z.string().min(1),
      password: z.string(),
    })
    .optional(),
})
export type KafkaOptions = z.infer<typeof kafkaOptionsSchema>

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** `host:port` (IPv6 in brackets) in parts. */
export function parseEndpoint(address: string): Endpoint {
  const cut = address.lastIndexOf(':')
  return { host: address.slice(0, cut).replace(/^\[|\]$/g, ''), port: Number(address.slice(cut + 1)) }
}

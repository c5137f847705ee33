import { z } from 'zod'
import { permissions } from '../domain/permissions.ts'

/** Who is signed in and what they may do. */
export const meSchema = z
  .object({
    actor: z.string(),
    via: z.enum(['session', 'token']),
    permissions: z.array(z.enum(permissions)),
    version: z.string(),
    /** When this session ends; null for a token. */
    expiresAt: z.iso.datetime({ precision: 3 }).nullable(),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof meSchema>

export const signInInputSchema = z
  .strictObject({ token: z.string().min(1).max(200) })
  .meta({ id: 'SignInInput' })
export const doneSchema = z.object({ ok: z.literal(true) }).meta({ id: 'Done' })

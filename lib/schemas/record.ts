import { z } from 'zod'

export const backupSchema = z
  .object({
    id: z.string(),
    broker: z.string(),
    destination: z.string(),
    destinationName: z.string(),
    cause: z.enum(['purge', 'delete', 'park', 'acknowledge']),
    messages: z.number().int(),
    bytes: z.number().int(),
    sha256: z.string().nullable(),
    state: z.enum(['writing', 'complete', 'partial', 'restored']),
    createdBy: z.string(),
    createdAt: z.iso.datetime({ precision: 3 }),
    restoredAt: z.iso.datetime({ precision: 3 }).nullable(),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Backup' })
export type Backup = z.infer<typeof backupSchema>

export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime({ precision: 3 }),
    actor: z.string(),
    via: z.enum(['session', 'token', 'job', 'system']),
    verb: z.string(),
    broker: z.string().nullable(),
    target: z.string().nullable(),
    input: z.unknown(),
    outcome: z.enum(['open', 'ok', 'failed', 'refused']),
    detail: z.string().nullable(),
    finishedAt: z.iso.datetime({ precision: 3 }).nullable(),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.infer<typeof auditEntrySchema>

/** One DLQ of one broker, for the inbox over all brokers. */
export const purgeInputSchema = z.strictObject({ confirm: z.string() }).meta({ id: 'ConfirmInput' })

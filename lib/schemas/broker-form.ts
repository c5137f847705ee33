import { z } from 'zod'
import { abilitiesSchema } from './ability.ts'
import { brokerKindSchema, environmentSchema, modeSchema } from './broker.ts'

/** One line of a driver's form. `list` is one text a line; `file` a path on the machine Signalbox runs on. */
export const formFieldSchema = z
  .object({
    name: z.string(),
    label: z.string(),
    control: z.enum(['text', 'password', 'list', 'choice', 'toggle', 'file']),
    placeholder: z.string().optional(),
    help: z.string().optional(),
    required: z.boolean(),
    /** Folded away at first: most brokers do without. */
    advanced: z.boolean(),
    /** Never sent back. Left blank when editing, the stored one stays. */
    secret: z.boolean(),
    /** Says where secrets are sent, or how: with another value here they are asked for again. */
    target: z.boolean(),
    choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
    /** Shown, and read, only while another field has one of these values (a toggle: `true`, `false`). */
    when: z.object({ field: z.string(), is: z.array(z.string()) }).optional(),
  })
  .meta({ id: 'FormField' })
export type FormField = z.infer<typeof formFieldSchema>

const formValueSchema = z.union([
  z.string().max(8192),
  z.boolean(),
  z.array(z.string().max(1024)).max(100),
  // Takes away what is stored; only blank keeps a secret.
  z.null(),
])
export const formValuesSchema = z.record(z.string().max(64), formValueSchema)
export type FormValue = z.infer<typeof formValueSchema>
export type FormValues = Readonly<Record<string, FormValue>>

/** A kind of broker that can be added by form. */
export const brokerKindInfoSchema = z
  .object({ kind: brokerKindSchema, product: z.string(), fields: z.array(formFieldSchema) })
  .meta({ id: 'BrokerKind' })
export type BrokerKindInfo = z.infer<typeof brokerKindInfoSchema>

/** Somebody must say which environment it is: no default, and not `unknown`. */
const chosenEnvironmentSchema = environmentSchema.exclude(['unknown'])
const brokerIdSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'expected 1 to 40 of a-z, 0-9 and -')
  // The page that adds one lives there.
  .refine((id) => id !== 'new', 'expected another id, this one is a page')
const labelSchema = z.string().trim().min(1).max(100)

export const brokerTestInputSchema = z
  .strictObject({
    kind: brokerKindSchema,
    values: formValuesSchema,
    /** A broker whose stored secrets stand in for those left blank. */
    id: z.string().min(1).max(100).optional(),
  })
  .meta({ id: 'BrokerTestInput' })
export type BrokerTestInput = z.output<typeof brokerTestInputSchema>

export const brokerInputSchema = z
  .strictObject({
    id: brokerIdSchema,
    kind: brokerKindSchema,
    /** Default: the id. */
    label: labelSchema.optional(),
    environment: chosenEnvironmentSchema,
    /** Default: read-only for production, else read-write. */
    mode: modeSchema.optional(),
    values: formValuesSchema,
  })
  .meta({ id: 'BrokerInput' })
export type BrokerInput = z.output<typeof brokerInputSchema>

export const brokerChangeSchema = z
  .strictObject({
    label: labelSchema.optional(),
    environment: chosenEnvironmentSchema.optional(),
    mode: modeSchema.optional(),
    /** All of the form; secrets left blank stay as they are. */
    values: formValuesSchema.optional(),
  })
  .refine(
    (change) => Object.keys(change).length > 0,
    'expected at least one of label, environment, mode, values',
  )
  .meta({ id: 'BrokerChange' })
export type BrokerChange = z.output<typeof brokerChangeSchema>

export const brokerTestStepSchema = z
  .object({
    step: z.enum(['name', 'tcp', 'tls', 'sign-in', 'permissions', 'version', 'abilities']),
    name: z.string(),
    /** Which address it is about; empty for the broker as a whole. */
    at: z.string(),
    state: z.enum(['ok', 'failed', 'warning', 'skipped']),
    sentence: z.string(),
    /** What the broker (or the network) itself said. */
    words: z.string().optional(),
    /** What to do about it. */
    fix: z.string().optional(),
  })
  .meta({ id: 'BrokerTestStep' })
export type BrokerTestStep = z.infer<typeof brokerTestStepSchema>

export const brokerTestSchema = z
  .object({
    /** Nothing failed: warnings do not count. */
    ok: z.boolean(),
    steps: z.array(brokerTestStepSchema),
    version: z.string().nullable(),
    identity: z.string().nullable(),
    /** Who the broker takes us for. */
    user: z.string().nullable(),
    abilities: abilitiesSchema,
  })
  .meta({ id: 'BrokerTest' })
export type BrokerTest = z.infer<typeof brokerTestSchema>

export const brokerSettingsSchema = z
  .object({
    id: z.string(),
    kind: brokerKindSchema,
    label: z.string(),
    environment: environmentSchema,
    mode: modeSchema,
    /** Where its settings stand: in signalbox.yaml, added by form, found on this machine, or the built-in sandbox. */
    source: z.enum(['file', 'form', 'found', 'built-in']),
    /** Null when it can be changed here, else why not. */
    locked: z.string().nullable(),
    /** As the form shows them, without secrets. */
    values: formValuesSchema,
    /** Names of the secret fields that are set. */
    secrets: z.array(z.string()),
    /** What to write into signalbox.yaml instead; `${…}` stands for each secret. Null when it cannot be written there. */
    yaml: z.string().nullable(),
  })
  .meta({ id: 'BrokerSettings' })
export type BrokerSettings = z.infer<typeof brokerSettingsSchema>

/** What to write into signalbox.yaml for a broker that is not added yet. */
export const brokerYamlSchema = z.object({ yaml: z.string() }).meta({ id: 'BrokerYaml' })
export type BrokerYaml = z.infer<typeof brokerYamlSchema>

/** What the settings page says of the console itself. */
export const consoleSettingsSchema = z
  .object({
    version: z.string(),
    dataDir: z.string(),
    /** Bytes of the store and the backups; null when they could not be counted. */
    dataBytes: z.number().int().nullable(),
    /** The configuration file that was read; null when there is none. */
    file: z.string().nullable(),
    discover: z.boolean(),
  })
  .meta({ id: 'ConsoleSettings' })
export type ConsoleSettings = z.infer<typeof consoleSettingsSchema>

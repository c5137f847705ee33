import type { Environment, Mode } from '@/lib/schemas/broker'
import type {
  BrokerKindInfo,
  BrokerSettings,
  FormField,
  FormValue,
  FormValues,
} from '@/lib/schemas/broker-form'

/** What a person has typed so far. */
export interface Draft {
  readonly kind: BrokerKindInfo['kind'] | null
  readonly label: string
  /** Null: made from the label as it is typed. */
  readonly id: string | null
  readonly environment: Exclude<Environment, 'unknown'> | null
  /** Null: as the environment suggests. */
  readonly mode: Mode | null
  readonly values: FormValues
}

export const emptyDraft: Draft = {
  kind: null,
  label: '',
  id: null,
  environment: null,
  mode: null,
  values: {},
}

/** The form of a broker that is there already, or was found: what is known of it stands in it. */
export function draftOf(settings: BrokerSettings): Draft {
  const { kind, label, id, environment, mode, values, source } = settings
  const isNew = source === 'found' && settings.locked !== null
  return {
    kind,
    label: isNew ? '' : label,
    id: isNew ? null : id,
    environment: environment === 'unknown' ? null : environment,
    mode: isNew ? null : mode,
    values,
  }
}

/** "Shop RabbitMQ" → shop-rabbitmq. */
export function slugOf(label: string): string {
  const plain = label.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '')
}

export function modeOf({ mode, environment }: Pick<Draft, 'mode' | 'environment'>): Mode {
  return mode ?? (environment === 'development' || environment === 'staging' ? 'read-write' : 'read-only')
}

export function isShown({ when }: FormField, values: FormValues): boolean {
  return !when || when.is.includes(textOf(values[when.field]))
}

function textOf(value: FormValue | undefined): string {
  return value === undefined || value === null ? 'false' : String(value)
}

/** Choices begin at their first; everything else is sent as it was typed. */
export function withFirstChoices(fields: readonly FormField[], values: FormValues): FormValues {
  const first = fields.flatMap(({ name, choices }) => {
    const [choice] = choices ?? []
    return choice && values[name] === undefined ? [[name, choice.value] as const] : []
  })
  return { ...values, ...Object.fromEntries(first) }
}

/** What can be said before the server is asked; by the paths it would use itself. */
export function findGaps(draft: Draft, id: string): Map<string, string> {
  const gaps = new Map<string, string>()
  if (draft.label.trim() === '') gaps.set('label', 'Give it a name')
  if (!/^[a-z0-9-]{1,40}$/.test(id)) gaps.set('id', 'Expected 1 to 40 of a-z, 0-9 and -')
  if (draft.environment === null) gaps.set('environment', 'Say which environment it is')
  return gaps
}

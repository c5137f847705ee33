import { stringify } from 'yaml'
import type { FormField, FormValues } from '../../lib/schemas/broker-form.ts'
import { type BrokerSettings, driverOf } from '../brokers/registry.ts'

/**
 * What to write into signalbox.yaml for this broker: its options, with `${…}` in place of each secret. The
 * variables are named after the broker. Null for what cannot be written there.
 */
export function writeYaml(settings: BrokerSettings): string | null {
  const { id, kind, label, environment, mode, options } = settings
  const { form } = driverOf(kind)
  if (!form) return null
  const values = form.toValues(options)
  const secrets = form.fields.filter(({ name, secret }) => secret && values[name] !== undefined)
  const masked = { ...values, ...Object.fromEntries(secrets.map((one, at) => [one.name, markOf(at)])) }
  const own = escapeDollars(form.toOptions(visible(masked)))
  const entry = {
    id,
    kind,
    ...(label === id ? {} : { label }),
    ...(environment === 'unknown' ? {} : { environment }),
    mode,
    ...own,
  }
  const names = secrets.map((one) => variableOf(id, one))
  const text = names.reduce(
    (rest, name, at) => rest.replaceAll(markOf(at), () => `\${${name}}`),
    stringify({ brokers: [entry] }, { lineWidth: 0 }),
  )
  const first =
    names.length === 0
      ? ''
      : `# Set ${names.join(' and ')} in the environment; within an address, with %, @, / and # percent-encoded.\n`
  const missing =
    environment === 'unknown' ? '# Say which environment it is: production, staging or development.\n' : ''
  return `${first}${missing}${text}`
}

/** Stands for a secret until the text is written: nothing a URL or YAML would escape. */
const markOf = (at: number) => `SIGNALBOXSECRET${at}X`

function variableOf(id: string, { name }: FormField): string {
  const word = name.replace(/([A-Z])/g, '_$1')
  const text = `${id}_${word}`.toUpperCase().replaceAll('-', '_')
  return /^\d/.test(text) ? `_${text}` : text
}

function visible(values: Record<string, FormValues[string] | undefined>): FormValues {
  return Object.fromEntries(Object.entries(values).filter((pair) => pair[1] !== undefined)) as FormValues
}

/** A `${` of its own would be filled in from the environment. */
function escapeDollars(value: Record<string, unknown>): Record<string, unknown> {
  const walk = (one: unknown): unknown => {
    if (typeof one === 'string') return one.replaceAll('${', () => '$${')
    if (Array.isArray(one)) return one.map(walk)
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, walk(inner)]))
  }
  return walk(value) as Record<string, unknown>
}

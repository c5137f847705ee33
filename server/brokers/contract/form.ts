import type { FormField, FormValue, FormValues } from '../../../lib/schemas/broker-form.ts'

/** What a kind asks a person for, and how that becomes the options one would write into signalbox.yaml. */
export interface BrokerForm<Options> {
  readonly fields: readonly FormField[]
  /** From values that passed `checkValues`. Throws `FormError` for what only this kind can judge. */
  toOptions(values: FormValues): Record<string, unknown>
  /** Back again, secrets included: who sends them away takes them out first (`publicValues`). */
  toValues(options: Options): FormValues
}

export interface FormIssue {
  readonly field: string
  /** Never repeats a value: it may be a secret in the wrong field. */
  readonly message: string
}

/** The values do not fit; each issue belongs to a field. */
export class FormError extends Error {
  readonly issues: readonly FormIssue[]

  constructor(issues: readonly FormIssue[]) {
    super(issues.map(({ field, message }) => `${field}: ${message}`).join('; '))
    this.name = 'FormError'
    this.issues = issues
  }
}

type Given = Pick<FormField, 'name' | 'label' | 'control'> & Partial<FormField>

/** A field with what it does not say left at its plain value. */
export function field(given: Given): FormField {
  return { required: false, advanced: false, secret: given.control === 'password', target: false, ...given }
}

/** The values that count: blank ones left out, text trimmed (never a secret), hidden fields dropped. Throws `FormError`. */
export function checkValues(fields: readonly FormField[], given: FormValues): FormValues {
  const issues: FormIssue[] = []
  const values: Record<string, FormValue> = {}
  const names = new Set(fields.map(({ name }) => name))
  for (const name of Object.keys(given))
    if (!names.has(name)) issues.push({ field: name, message: 'there is no such field' })
  for (const one of fields) {
    if (!isShown(one, values, given)) continue
    const value = tidy(one, given[one.name] ?? null)
    if (value === null) {
      if (one.required) issues.push({ field: one.name, message: `${one.label} is needed` })
      continue
    }
    const message = misfit(one, value)
    if (message !== null) issues.push({ field: one.name, message })
    else values[one.name] = value
  }
  if (issues.length > 0) throw new FormError(issues)
  return values
}

function isShown({ when }: FormField, values: FormValues, given: FormValues): boolean {
  if (!when) return true
  return when.is.includes(String(values[when.field] ?? given[when.field] ?? ''))
}

function tidy({ secret }: FormField, value: FormValue): FormValue {
  if (typeof value === 'string') {
    const text = secret ? value : value.trim()
    return text === '' ? null : text
  }
  if (!Array.isArray(value)) return value
  const lines = value.map((line) => line.trim()).filter((line) => line !== '')
  return lines.length === 0 ? null : lines
}

function misfit({ control, choices }: FormField, value: FormValue): string | null {
  if (control === 'toggle') return typeof value === 'boolean' ? null : 'expected true or false'
  if (control === 'list') return Array.isArray(value) ? null : 'expected a list of lines'
  if (typeof value !== 'string') return 'expected text'
  if (/[\r\n\0]/.test(value)) return 'expected one line'
  if (control === 'choice' && !choices?.some((choice) => choice.value === value))
    return `expected one of ${choices?.map((choice) => choice.value).join(', ')}`
  return null
}

/**
 * Secrets left blank stay as they are stored, but only while they go where they went: after a change of address
 * or encryption they are asked for again, so that nobody who may edit a broker can have its password sent to
 * himself. Throws `FormError`.
 */
export function keepSecrets(fields: readonly FormField[], given: FormValues, stored: FormValues): FormValues {
  const blank = fields.filter(({ name, secret }) => {
    const value = given[name]
    return secret && stored[name] !== undefined && (value === undefined || value === '')
  })
  if (blank.length === 0) return given
  const moved = fields.find(
    (one) => one.target && !same(tidy(one, given[one.name] ?? null), stored[one.name]),
  )
  if (moved) {
    const message = `${moved.label} changed: type this again, so that it goes only where you mean it to`
    throw new FormError(blank.map(({ name }) => ({ field: name, message })))
  }
  return { ...given, ...Object.fromEntries(blank.map(({ name }) => [name, stored[name] ?? null])) }
}

function same(a: FormValue, b: FormValue | undefined): boolean {
  const plain = (value: FormValue | undefined) => (value === false || value === undefined ? null : value)
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b))
}

/** What may be sent away, and which secrets are set. */
export function publicValues(
  fields: readonly FormField[],
  values: FormValues,
): { readonly values: FormValues; readonly secrets: string[] } {
  const isSecret = new Set(fields.filter(({ secret }) => secret).map(({ name }) => name))
  const entries = Object.entries(values).filter(([, value]) => value !== null)
  return {
    values: Object.fromEntries(entries.filter(([name]) => !isSecret.has(name))),
    secrets: entries.filter(([name]) => isSecret.has(name)).map(([name]) => name),
  }
}

export function textIn(values: FormValues, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

export function linesIn(values: FormValues, name: string): readonly string[] {
  const value = values[name]
  return Array.isArray(value) ? value : []
}

/** Leaves out what is undefined, as a person would. */
export function onlyDefined<T extends Record<string, unknown>>(options: T): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

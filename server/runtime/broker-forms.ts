import type { z } from 'zod'
import { AppError } from '../../lib/domain/app-error.ts'
import type { BrokerKind } from '../../lib/schemas/broker.ts'
import type { BrokerKindInfo, FormValues } from '../../lib/schemas/broker-form.ts'
import {
  type BrokerForm,
  checkValues,
  FormError,
  type FormIssue,
  keepSecrets,
} from '../brokers/contract/index.ts'
import { driverOf, drivers, findDriver } from '../brokers/registry.ts'

/** A broker's options twice: as a person would write them, and as its driver takes them. */
export interface Filled {
  readonly written: Readonly<Record<string, unknown>>
  readonly options: unknown
}

/** Every kind that can be added by hand, and what it asks for. */
export function listKinds(): BrokerKindInfo[] {
  return Object.values(drivers).flatMap(({ kind, label, form }) =>
    form ? [{ kind, product: label, fields: [...form.fields] }] : [],
  )
}

/** Options from a form; secrets left blank are taken from `stored`. Throws `bad_request`, with each issue at its field. */
export function fillIn(kind: BrokerKind, given: FormValues, stored: FormValues | null): Filled {
  const driver = findDriver(kind)
  if (!driver) throw new AppError('bad_request', `There is no kind ${kind}`, { detail: { where: 'body', issues: [{ path: 'kind', message: 'expected a kind there is' }] } })
  const { form, options: schema, label } = driver
  if (!form) throw new AppError('unsupported', `${label} has no form: it is built in`)
  try {
    const values = checkValues(form.fields, stored ? keepSecrets(form.fields, given, stored) : given)
    const written = form.toOptions(values)
    const parsed = schema.safeParse(written)
    if (parsed.success) return { written, options: parsed.data }
    throw new FormError(parsed.error.issues.map((issue) => issueOf(issue, form)))
  } catch (error) {
    if (!(error instanceof FormError)) throw error
    const issues = error.issues.map(({ field, message }) => ({ path: `values.${field}`, message }))
    const first = issues[0]
    throw new AppError('bad_request', `body.${first?.path}: ${first?.message}`, {
      detail: { where: 'body', issues },
    })
  }
}

/** An option is mostly called like its field; else the first field stands for the whole form. */
function issueOf(issue: z.core.$ZodIssue, form: BrokerForm<unknown>): FormIssue {
  const names = new Set(form.fields.map(({ name }) => name))
  const field = issue.path.map(String).findLast((part) => names.has(part)) ?? form.fields[0]?.name ?? ''
  return { field, message: issue.message }
}

/** What the form would show of these options, secrets included; null for a kind without a form. */
export function valuesOf(kind: BrokerKind, options: unknown): FormValues | null {
  return driverOf(kind).form?.toValues(options) ?? null
}

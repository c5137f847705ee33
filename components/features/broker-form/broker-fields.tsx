'use client'

import type { ReactNode } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Card, CardHead } from '@/components/ui/card'
import { Choices, Field, Input } from '@/components/ui/field'
import type { FormField } from '@/lib/schemas/broker-form'
import { isShown, modeOf } from './draft.ts'
import { FormLine, Group } from './form-field.tsx'
import type { DraftState } from './use-draft.ts'

const environments = [
  { id: 'production', label: <EnvTag environment="production" /> },
  { id: 'staging', label: <EnvTag environment="staging" /> },
  { id: 'development', label: <EnvTag environment="development" /> },
] as const
const words = { production: 'Production', staging: 'Staging', development: 'Development' }

/** Where it is and how to get in, as its driver asks for it. */
export function ConnectionFields({ form, secrets }: { form: DraftState; secrets: readonly string[] }) {
  const { kind, values, errors } = form
  if (!kind) return null
  const line = (field: FormField) => (
    <FormLine
      key={field.name}
      field={field}
      value={values[field.name]}
      error={errors.get(`values.${field.name}`)}
      isStored={field.secret && secrets.includes(field.name)}
      onChange={(value) => form.setValue(field.name, value)}
    />
  )
  const shown = kind.fields.filter((field) => isShown(field, values))
  const advanced = shown.filter((field) => field.advanced)
  const isNeeded = advanced.some(
    ({ name }) => errors.has(`values.${name}`) || (values[name] !== undefined && values[name] !== ''),
  )
  return (
    <Block title="Connection">
      {shown.filter((field) => !field.advanced).map(line)}
      {advanced.length > 0 ? (
        <details open={isNeeded || undefined} className="flex flex-col">
          <summary className="w-fit cursor-pointer rounded-[3px] font-[550] text-ink-2 hover:text-ink max-md:py-2">
            Advanced
          </summary>
          <div className="flex flex-col gap-3.5 pt-3.5">{advanced.map(line)}</div>
        </details>
      ) : null}
    </Block>
  )
}

/** What it is called here, which environment it is, and whether anything may be changed on it. */
export function IdentityFields({ form, isNew }: { form: DraftState; isNew: boolean }) {
  const { draft, errors, id } = form
  return (
    <Block title="In Signalbox">
      <div className="grid grid-cols-2 gap-3.5 max-md:grid-cols-1">
        <Field label="Name" error={errors.get('label')}>
          {(fieldId) => (
            <Input
              id={fieldId}
              value={draft.label}
              maxLength={100}
              aria-invalid={errors.has('label') || undefined}
              aria-describedby={errors.has('label') ? `${fieldId}-note` : undefined}
              placeholder="Shop RabbitMQ"
              onChange={(event) => form.change({ label: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="Id"
          error={errors.get('id')}
          hint={isNew ? 'Stands in links and history; it stays as it is.' : 'It stays as it is.'}
        >
          {(fieldId) => (
            <Input
              id={fieldId}
              className="font-mono"
              value={id}
              readOnly={!isNew}
              maxLength={40}
              aria-invalid={errors.has('id') || undefined}
              aria-describedby={`${fieldId}-note`}
              onChange={(event) => form.change({ id: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Group
        label="Environment"
        error={errors.get('environment')}
        hint={draft.environment ? words[draft.environment] : 'Somebody must say it: there is no default.'}
      >
        <Choices
          label="Environment"
          options={environments.map(({ id: one, label }) => ({
            id: one,
            label: (
              <span className="flex items-center gap-2">
                {label}
                <span className="max-md:sr-only">{words[one]}</span>
              </span>
            ),
          }))}
          value={draft.environment ?? ''}
          onChange={(one) => form.change({ environment: one as keyof typeof words })}
        />
      </Group>
      <Group
        label="Mode"
        error={errors.get('mode')}
        hint={
          modeOf(draft) === 'read-only'
            ? 'Every write is refused, whoever asks: no publish, no replay, no purge.'
            : 'Publishing, replays and purges are allowed, each with its own confirmation.'
        }
      >
        <Choices
          label="Mode"
          options={[
            { id: 'read-only', label: 'Read-only' },
            { id: 'read-write', label: 'Read-write' },
          ]}
          value={modeOf(draft)}
          onChange={(one) => form.change({ mode: one === 'read-only' ? 'read-only' : 'read-write' })}
        />
      </Group>
    </Block>
  )
}

export function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card>
      <CardHead title={title} />
      <div className="flex flex-col gap-3.5 p-3.5">{children}</div>
    </Card>
  )
}

'use client'

import { useId } from 'react'
import { Choices, Field, Input, Select, TextArea } from '@/components/ui/field'
import type { FormField, FormValue } from '@/lib/schemas/broker-form'

interface FieldProps {
  readonly field: FormField
  readonly value: FormValue | undefined
  readonly error: string | undefined
  /** A secret that is stored: blank keeps it. */
  readonly isStored: boolean
  readonly onChange: (value: FormValue) => void
}

/** One line of a driver's form. */
export function FormLine({ field, value, error, isStored, onChange }: FieldProps) {
  const { label, control, required, placeholder } = field
  if (control === 'toggle') return <Toggle label={label} on={value === true} onChange={onChange} />
  if (control === 'choice' && (field.choices?.length ?? 0) <= 2)
    return (
      <Group label={label} hint={field.help} error={error}>
        <Choices
          label={label}
          options={(field.choices ?? []).map((choice) => ({ id: choice.value, label: choice.label }))}
          value={String(value ?? field.choices?.[0]?.value ?? '')}
          onChange={onChange}
        />
      </Group>
    )
  const hint = isStored ? 'Leave blank to keep the stored one.' : field.help
  return (
    <Field label={label} hint={hint} error={error}>
      {(id) => {
        const common = {
          id,
          'aria-required': required || undefined,
          'aria-invalid': error ? true : undefined,
          'aria-describedby': error || hint ? `${id}-note` : undefined,
        }
        if (control === 'choice')
          return (
            <Select
              {...common}
              value={String(value ?? field.choices?.[0]?.value ?? '')}
              onChange={(event) => onChange(event.target.value)}
            >
              {field.choices?.map((choice) => (
                <option key={choice.value} value={choice.value}>
                  {choice.label}
                </option>
              ))}
            </Select>
          )
        if (control === 'list') {
          const lines = Array.isArray(value) ? value : []
          return (
            <TextArea
              {...common}
              className="font-mono"
              rows={Math.max(2, Math.min(8, lines.length + 1))}
              placeholder={placeholder}
              value={lines.join('\n')}
              onChange={(event) => onChange(event.target.value.split('\n'))}
            />
          )
        }
        return (
          <Input
            {...common}
            className={control === 'password' ? '' : 'font-mono'}
            type={control === 'password' ? 'password' : 'text'}
            autoComplete={control === 'password' ? 'new-password' : 'off'}
            placeholder={isStored ? '••••••••' : placeholder}
            value={typeof value === 'string' ? value : ''}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }}
    </Field>
  )
}

function Toggle({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  const id = useId()
  return (
    <div className="flex items-center gap-2 max-md:min-h-9">
      <input
        id={id}
        type="checkbox"
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-accent"
      />
      <label htmlFor={id} className="font-[550]">
        {label}
      </label>
    </div>
  )
}

/** A label over choices, which name themselves. */
export function Group({
  label,
  hint,
  error,
  children,
}: {
  label: string
  hint?: string | undefined
  error?: string | undefined
  children: React.ReactNode
}) {
  return (
    <div data-invalid={error ? '' : undefined} className="flex min-w-0 flex-col gap-1">
      <span aria-hidden className="text-[11.5px] font-[550] text-ink-2">
        {label}
      </span>
      {children}
      {error ? (
        <span role="alert" className="text-[12px] text-crit-ink">
          {error}
        </span>
      ) : null}
      {hint && !error ? <span className="text-[12px] text-ink-3">{hint}</span> : null}
    </div>
  )
}

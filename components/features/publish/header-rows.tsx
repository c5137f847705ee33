'use client'

import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '@/components/ui/button'
import { Input, Select } from '@/components/ui/field'
import type { HeaderType } from '@/lib/schemas/header'
import { type HeaderDraft, plainTypes } from './compose.ts'

/** Headers in order, each with its type; duplicates are allowed, as on the broker. */
export function HeaderRows({
  headers,
  error,
  onChange,
}: {
  headers: readonly HeaderDraft[]
  error: string | undefined
  onChange: (headers: readonly HeaderDraft[]) => void
}) {
  const change = (key: number, part: Partial<HeaderDraft>) =>
    onChange(headers.map((header) => (header.key === key ? { ...header, ...part } : header)))
  const nextKey = headers.reduce((most, header) => Math.max(most, header.key), 0) + 1
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-[11.5px] font-[550] text-ink-2">Headers</legend>
      {headers.map((header) => (
        <div key={header.key} className="flex gap-2">
          <Input
            aria-label="Header name"
            placeholder="Name"
            className="font-mono text-[12px]!"
            value={header.name}
            onChange={(event) => change(header.key, { name: event.target.value })}
          />
          <Select
            aria-label="Header type"
            className="w-28! shrink-0"
            value={header.type}
            onChange={(event) => change(header.key, { type: event.target.value as HeaderType })}
          >
            {plainTypes.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </Select>
          <Input
            aria-label="Header value"
            placeholder={header.type === 'bytes' ? 'Base64' : 'Value'}
            className="font-mono text-[12px]!"
            disabled={header.type === 'null'}
            value={header.type === 'null' ? '' : header.value}
            onChange={(event) => change(header.key, { value: event.target.value })}
          />
          <IconButton
            label="Remove this header"
            onClick={() => onChange(headers.filter((one) => one.key !== header.key))}
          >
            <X aria-hidden />
          </IconButton>
        </div>
      ))}
      {error ? <p className="text-[12px] text-crit-ink">{error}</p> : null}
      <span>
        <Button onClick={() => onChange([...headers, { key: nextKey, name: '', type: 'string', value: '' }])}>
          <Plus className="size-3.5" aria-hidden />
          Add a header
        </Button>
      </span>
    </fieldset>
  )
}

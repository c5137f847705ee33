'use client'

import { Send } from 'lucide-react'
import { useState } from 'react'
import { EnvTag } from '@/components/features/brokers'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Choices, Field, Input, inputClass } from '@/components/ui/field'
import { Empty, Note } from '@/components/ui/notice'
import { blockedReason } from '@/lib/domain/ability-words'
import { visibleText } from '@/lib/format/name'
import { wordsOf } from '@/lib/queries/errors'
import { usePublish } from '@/lib/queries/messages'
import { useDenied } from '@/lib/queries/session'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import { type BodyKind, compose, type Draft, emptyDraft } from './compose.ts'
import { HeaderRows } from './header-rows.tsx'
import { Landed } from './landed.tsx'

/** Composes one message; the broker's confirmation says where it landed. */
export function PublishTab({ broker, row }: { broker: Broker; row: DestinationDetail }) {
  const denied = useDenied('messages.publish')
  const blocked = denied ?? blockedReason(row.abilities, 'publish')
  const publish = usePublish(broker.id, row.id)
  const [draft, setDraft] = useState<Draft>(emptyDraft)
  const [touched, setTouched] = useState(false)
  if (blocked)
    return (
      <Card>
        <Empty title="Nothing can be published here">{blocked}</Empty>
      </Card>
    )
  const composed = compose(draft)
  const errorIn = (field: string) =>
    touched && !composed.ok && composed.field === field ? composed.error : undefined
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const isLog = row.partitions !== undefined
  const tombstones = isLog
  return (
    <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] items-start gap-4 max-lg:grid-cols-1">
      <form
        aria-label={`Publish to ${row.name}`}
        className="flex flex-col gap-4 rounded-card border bg-surface p-4"
        onSubmit={(event) => {
          event.preventDefault()
          setTouched(true)
          if (composed.ok) publish.mutate(composed.input)
        }}
      >
        <div className="grid grid-cols-2 gap-3 empty:hidden max-md:grid-cols-1">
          {isLog ? (
            <Field label="Key" hint="Empty: no key">
              {(id) => (
                <Input id={id} value={draft.key} onChange={(event) => change({ key: event.target.value })} />
              )}
            </Field>
          ) : null}
          {isLog ? (
            <Field label="Partition" hint="Empty: chosen by the key" error={errorIn('partition')}>
              {(id) => (
                <Input
                  id={id}
                  inputMode="numeric"
                  value={draft.partition}
                  onChange={(event) => change({ partition: event.target.value.trim() })}
                />
              )}
            </Field>
          ) : null}
          {row.type === 'exchange' ? (
            <Field label="Routing key">
              {(id) => (
                <Input
                  id={id}
                  value={draft.routingKey}
                  onChange={(event) => change({ routingKey: event.target.value })}
                />
              )}
            </Field>
          ) : null}
        </div>
        <div className="flex flex-col gap-2">
          <Choices
            label="Kind of body"
            value={draft.bodyKind}
            onChange={(kind) => change({ bodyKind: kind as BodyKind })}
            options={[
              { id: 'json', label: 'JSON' },
              { id: 'text', label: 'Text' },
              { id: 'base64', label: 'Base64' },
              ...(tombstones ? [{ id: 'null', label: 'Null (tombstone)' }] : []),
            ]}
          />
          {draft.bodyKind === 'null' ? null : (
            <Field label="Body" error={errorIn('body')}>
              {(id) => (
                <textarea
                  id={id}
                  rows={9}
                  spellCheck={false}
                  value={draft.body}
                  onChange={(event) => change({ body: event.target.value })}
                  className={`${inputClass} h-auto! resize-y py-2 font-mono text-[12px]! leading-[18px]`}
                />
              )}
            </Field>
          )}
        </div>
        <HeaderRows
          headers={draft.headers}
          error={errorIn('headers')}
          onChange={(headers) => change({ headers })}
        />
        <Field
          label="Properties"
          hint='A JSON object of the broker&apos;s own, e.g. {"contentType": "application/json"}. Empty: its defaults'
          error={errorIn('properties')}
        >
          {(id) => (
            <Input
              id={id}
              className="font-mono text-[12px]!"
              value={draft.properties}
              onChange={(event) => change({ properties: event.target.value })}
            />
          )}
        </Field>
        <footer className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t pt-3.5">
          <Button type="submit" look="primary" className="min-w-0 max-w-full" busy={publish.isPending}>
            <Send className="size-3.5" aria-hidden />
            <span className="max-w-64 truncate">Publish 1 to {visibleText(row.name)}</span>
          </Button>
          <EnvTag environment={broker.environment} />
          <span className="text-ink-3">waits for the broker's confirmation</span>
        </footer>
      </form>
      <section aria-label="Where it landed" aria-live="polite" className="flex flex-col gap-3">
        {publish.isSuccess ? <Landed broker={broker} row={row} result={publish.data} /> : null}
        {publish.isError ? (
          <Note tone="crit">
            <p className="font-[620]">Not published</p>
            <p>{wordsOf(publish.error)}</p>
          </Note>
        ) : null}
        {publish.isIdle ? (
          <p className="text-ink-3">
            Where it landed is shown here. A message that no queue receives is refused, not lost silently.
          </p>
        ) : null}
      </section>
    </div>
  )
}

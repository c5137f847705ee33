'use client'

import { clsx } from 'clsx'
import { Lock } from 'lucide-react'
import { useState } from 'react'
import { ConnectLink, EnvTag, levelOf, productOf, stateWord } from '@/components/features/brokers'
import { Button, controlClass } from '@/components/ui/button'
import { Card, CardHead } from '@/components/ui/card'
import { AppLink } from '@/components/ui/link'
import { Name } from '@/components/ui/name'
import { Empty, Failed, LoadingRows } from '@/components/ui/notice'
import { StateMark } from '@/components/ui/state-mark'
import { countOf } from '@/lib/format/number'
import { brokerPath, editBrokerPath } from '@/lib/format/paths'
import { useBrokerSettings } from '@/lib/queries/broker-form'
import { useBrokers } from '@/lib/queries/brokers'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { useDenied } from '@/lib/queries/session'
import type { Broker } from '@/lib/schemas/broker'
import type { BrokerSettings } from '@/lib/schemas/broker-form'
import { RemoveDialog } from './remove-dialog.tsx'

const sources: Record<BrokerSettings['source'], string> = {
  file: 'from signalbox.yaml',
  form: 'added here',
  found: 'found on this machine',
  'built-in': 'built in',
}

/** Every broker, where its settings stand, and what can be changed here. */
export function BrokersCard() {
  const brokers = useBrokers()
  const [removing, setRemoving] = useState<Broker | null>(null)
  return (
    <Card>
      <CardHead title="Brokers" hint={brokers.data ? countOf(brokers.data.length, 'broker') : null} />
      {brokers.isPending ? <LoadingRows rows={4} label="Loading brokers" /> : null}
      {brokers.isError ? (
        <Failed
          what="Listing the brokers failed"
          words={wordsOf(brokers.error)}
          forbidden={isForbidden(brokers.error)}
          onRetry={() => brokers.refetch()}
        />
      ) : null}
      {brokers.data?.length === 0 ? (
        <Empty title="No broker yet">Add one by form, or write it into signalbox.yaml.</Empty>
      ) : null}
      <ul>
        {brokers.data?.map((broker) => (
          <Row key={broker.id} broker={broker} onRemove={() => setRemoving(broker)} />
        ))}
      </ul>
      {removing ? <RemoveDialog broker={removing} onClose={() => setRemoving(null)} /> : null}
    </Card>
  )
}

function Row({ broker, onRemove }: { broker: Broker; onRemove: () => void }) {
  const settings = useBrokerSettings(broker.id)
  const denied = useDenied('brokers.manage')
  const isFound = broker.state === 'found'
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1.5 border-b px-3.5 py-1.5 last:border-b-0">
      <span className="flex min-w-0 flex-[2_1_260px] items-center gap-2">
        <StateMark level={levelOf(broker)} label={stateWord(broker)} />
        {isFound ? (
          <span className="truncate text-ink-2">
            {productOf(broker)} on {broker.address}
          </span>
        ) : (
          <>
            <AppLink href={brokerPath(broker.id)} className="min-w-0 font-[620]">
              <Name name={broker.label} />
            </AppLink>
            <EnvTag environment={broker.environment} />
            <span className="shrink-0 text-ink-3">{broker.mode}</span>
          </>
        )}
      </span>
      <span className="min-w-0 flex-[1_1_160px] truncate text-ink-3 max-md:hidden">
        {isFound ? '' : `${productOf(broker)} · ${broker.address}`}
      </span>
      <span
        className="flex min-w-0 flex-[1_1_150px] items-center gap-1.5 text-ink-2"
        title={settings.data?.locked ?? undefined}
      >
        {settings.data?.source === 'file' ? <Lock className="size-3.5 text-ink-3" aria-hidden /> : null}
        {settings.data ? sources[settings.data.source] : settings.isError ? 'unknown' : '…'}
      </span>
      <span className="flex w-[170px] items-center justify-end gap-2 max-md:w-full max-md:justify-start">
        {isFound ? <ConnectLink broker={broker} /> : null}
        {settings.data && !isFound && (settings.data.locked === null || settings.data.yaml !== null) ? (
          <AppLink
            href={editBrokerPath(broker.id)}
            className={clsx(controlClass, 'border border-line-strong bg-surface hover:bg-sunken')}
            aria-label={`${settings.data.locked === null ? 'Edit' : 'Show'} the settings of ${broker.label}`}
          >
            {settings.data.locked === null ? 'Edit' : 'Show'}
          </AppLink>
        ) : null}
        {settings.data?.locked === null ? (
          <Button
            look="quiet-danger"
            blocked={denied}
            aria-label={`Remove ${broker.label}`}
            onClick={onRemove}
          >
            Remove
          </Button>
        ) : null}
      </span>
    </li>
  )
}

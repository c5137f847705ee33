'use client'

import { Unplug } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Fact, Facts } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { Drawer } from '@/components/ui/drawer'
import { MeasureText } from '@/components/ui/measure-text'
import { Empty, Failed, LoadingRows } from '@/components/ui/notice'
import { StateMark } from '@/components/ui/state-mark'
import { Time } from '@/components/ui/time'
import { useUrlState } from '@/components/ui/use-url-state'
import { visibleText } from '@/lib/format/name'
import { measure } from '@/lib/format/reading'
import { useConnections } from '@/lib/queries/connections'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { rowsOf } from '@/lib/queries/page'
import { useDenied } from '@/lib/queries/session'
import type { Broker } from '@/lib/schemas/broker'
import type { Connection } from '@/lib/schemas/connection'
import { ConsumerRows } from './consumer-rows.tsx'
import { connectionLevel, consumersWords, whoWords } from './words.ts'

const CloseDialog = dynamic(() => import('./close-dialog.tsx').then((file) => file.CloseDialog), {
  ssr: false,
})

/** One connection beside its list: who, what it reads, what it holds, and sending it away. */
export function ConnectionDrawer({
  broker,
  id,
  destination,
}: {
  broker: Broker
  id: string
  /** Whose list it was opened from; absent: the broker's. */
  destination?: string | undefined
}) {
  const { set } = useUrlState()
  const list = useConnections(broker.id, destination)
  const [closing, setClosing] = useState<Connection | null>(null)
  const connection = rowsOf(list.data?.pages).find((one) => one.id === id)
  return (
    <Drawer
      name="Connection"
      title={connection ? visibleText(connection.client || (connection.host ?? '')) : 'Connection'}
      width="middle"
      onClose={() => set({ connection: null })}
    >
      {connection ? (
        <>
          <ConnectionBody broker={broker} connection={connection} />
          <ConnectionFoot broker={broker} connection={connection} onClose={() => setClosing(connection)} />
        </>
      ) : list.isError ? (
        <Failed
          what="The connection could not be read"
          words={wordsOf(list.error)}
          forbidden={isForbidden(list.error)}
          onRetry={() => list.refetch()}
        />
      ) : list.isPending || list.hasNextPage ? (
        <LoadingRows label="Reading the connection" rows={6} />
      ) : (
        <Empty title="Not connected any more">It was closed, or came back as another connection.</Empty>
      )}
      {closing ? <CloseDialog broker={broker} connection={closing} onClose={() => setClosing(null)} /> : null}
    </Drawer>
  )
}

function ConnectionBody({ broker, connection }: { broker: Broker; connection: Connection }) {
  const { readings, since } = connection
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-4 [&>*]:shrink-0">
      <p className="flex items-center gap-2">
        <StateMark level={connectionLevel(connection)} label="" />
        <span className="font-[600]">{visibleText(connection.state)}</span>
        <span className="min-w-0 text-ink-2">{whoWords(connection)}</span>
      </p>
      <Facts>
        <Fact label="Holds" hint="Delivered to it and not acknowledged yet">
          <MeasureText measure={measure(readings.unacked, 'full')} />
        </Fact>
        {readings.channels ? (
          <Fact label="Channels">
            <MeasureText measure={measure(readings.channels)} />
          </Fact>
        ) : null}
        {readings.idle ? (
          <Fact label="Idle" hint="Since when nothing went over it">
            <MeasureText measure={measure(readings.idle)} />
          </Fact>
        ) : null}
        {since ? (
          <Fact label="Connected">
            <Time at={since} style="age" />
          </Fact>
        ) : null}
      </Facts>
      <section className="flex flex-col gap-2">
        <h3 className="border-b pb-1.5 font-[620] text-[11.5px] text-ink-3">{consumersWords(connection)}</h3>
        <ConsumerRows broker={broker.id} consumers={connection.consumers} />
      </section>
      <p className="break-all text-[12px] text-ink-3">
        <CopyButton compact label="Copy the client’s name" text={connection.client} />{' '}
        <span className="font-mono">{visibleText(connection.client)}</span>
      </p>
    </div>
  )
}

function ConnectionFoot({
  broker,
  connection,
  onClose,
}: {
  broker: Broker
  connection: Connection
  onClose: () => void
}) {
  const denied = useDenied('connections.close')
  const blocked = connection.isOwn
    ? 'This is the console’s own connection: closing it would cut the console off'
    : broker.mode === 'read-only'
      ? `${broker.label} is in read-only mode`
      : (denied ??
        (connection.closeEffect === undefined ? 'This connection cannot be closed from here' : null))
  return (
    <footer className="flex shrink-0 justify-end gap-2 border-t px-4 py-3">
      <Button look="quiet-danger" blocked={blocked} onClick={onClose}>
        <Unplug className="size-3.5" aria-hidden />
        Close connection
      </Button>
    </footer>
  )
}

'use client'

import { useEffect, useState } from 'react'
import { noteStep } from '@/components/features/sandbox'
import { Button } from '@/components/ui/button'
import { Drawer } from '@/components/ui/drawer'
import { Failed, LoadingRows, Note } from '@/components/ui/notice'
import { LocalTabs } from '@/components/ui/tabs'
import { useUrlState } from '@/components/ui/use-url-state'
import { looksFree, onlyMarks } from '@/lib/domain/ability-words'
import { visibleText } from '@/lib/format/name'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { useMessage, useMessages } from '@/lib/queries/messages'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import type { Message } from '@/lib/schemas/message'
import { BodyView, RawView } from './body-view.tsx'
import { CodeBlock } from './code-block.tsx'
import { sentence } from './cost-card.tsx'
import { FailureCard } from './failure-card.tsx'
import { HeaderTable, PropertyTable } from './header-table.tsx'
import { MessageFoot } from './message-foot.tsx'
import { ReplayedNote } from './replayed-note.tsx'
import { useMessageView } from './view.ts'

/** One message beside its list; on a small screen a page of its own. Leads with why it failed. */
export function MessageDrawer({ broker, row, id }: { broker: Broker; row: DestinationDetail; id: string }) {
  const { set } = useUrlState()
  const view = useMessageView(row)
  const free = looksFree(row.abilities.browse)
  const [asked, setAsked] = useState(false)
  // The list's own look, from the cache: opening a message that was read is no second look.
  const read = useMessages(broker.id, row.id, view, false)
  const listed = read.data?.pages.flatMap((page) => page.items).find((message) => message.id === id)
  const own = useMessage(broker.id, row.id, id, !listed && (asked || (free && !read.isFetching)))
  const message = listed ?? own.data
  useEffect(() => {
    if (message?.deadLetter && broker.abilities.sandbox?.level === 'full') noteStep('read')
  }, [message, broker])
  const position = message ? `${row.type === 'queue' ? '#' : ''}${visibleText(message.position)}` : ''
  return (
    <Drawer
      name="Message"
      title={
        <>
          Message <span className="font-mono text-[13px] font-[500]">{position}</span>
        </>
      }
      width="wide"
      onClose={() => set({ message: null })}
    >
      {message ? (
        <>
          <MessageBody key={message.id} broker={broker} row={row} message={message} />
          <MessageFoot broker={broker} row={row} message={message} />
        </>
      ) : (
        <div className="p-4">
          {own.isError ? (
            <Failed
              what="This message could not be read"
              words={wordsOf(own.error)}
              forbidden={isForbidden(own.error)}
              onRetry={() => own.refetch()}
            />
          ) : own.isFetching || read.isFetching ? (
            <LoadingRows label="Reading the message" rows={6} />
          ) : (
            <div className="flex flex-col items-start gap-3">
              <Note>
                This message was not read in this session.{' '}
                {(row.abilities.browse?.effects ?? []).map(sentence).join(' ')}
              </Note>
              <Button onClick={() => setAsked(true)}>Look for this one</Button>
            </div>
          )}
        </div>
      )}
    </Drawer>
  )
}

function MessageBody({ broker, row, message }: { broker: Broker; row: DestinationDetail; message: Message }) {
  const [tab, setTab] = useState('body')
  const failure = message.deadLetter
  const tabs = [
    { id: 'body', label: 'Body' },
    { id: 'headers', label: `Headers ${message.headers.length}` },
    { id: 'properties', label: 'Properties' },
    ...(failure?.stack ? [{ id: 'stack', label: 'Stack' }] : []),
    { id: 'raw', label: 'Raw' },
  ]
  const marked = new Set(failure?.evidence.map((item) => item.header.replace(/\[.*$/, '')) ?? [])
  const bodyHref =
    message.links.body ??
    `/api/v1/brokers/${encodeURIComponent(broker.id)}/destinations/${encodeURIComponent(row.id)}/messages/${encodeURIComponent(message.id)}/body`
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3.5 overflow-y-auto p-4 [&>*]:shrink-0">
      {failure ? (
        <FailureCard broker={broker.id} row={row} failure={failure} />
      ) : row.deadLetter.isDeadLetter ? (
        <Note>Nothing in this message says why it lies here.</Note>
      ) : null}
      {message.replayed ? (
        <ReplayedNote replayed={message.replayed} isKept={onlyMarks(row.abilities.claim)} />
      ) : null}
      <LocalTabs label="Parts of the message" tabs={tabs} current={tab} onChange={setTab} />
      {tab === 'body' ? (
        <>
          {message.key ? (
            <p className="break-all text-ink-3">
              Key{' '}
              <span className="font-mono text-[12px] text-ink">
                {visibleText(message.key.text ?? message.key.base64 ?? '')}
              </span>
            </p>
          ) : null}
          <BodyView payload={message.body} bodyHref={bodyHref} />
        </>
      ) : null}
      {tab === 'headers' ? <HeaderTable headers={message.headers} marked={marked} /> : null}
      {tab === 'properties' ? <PropertyTable properties={message.properties} /> : null}
      {tab === 'stack' ? <CodeBlock label="Stack">{failure?.stack}</CodeBlock> : null}
      {tab === 'raw' ? <RawView payload={message.body} /> : null}
    </div>
  )
}

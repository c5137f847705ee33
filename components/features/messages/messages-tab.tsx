'use client'

import { RotateCw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { FilterInput } from '@/components/ui/field'
import { Empty, Failed, LoadingRows, Note } from '@/components/ui/notice'
import { useKeys } from '@/components/ui/use-keys'
import { useUrlState } from '@/components/ui/use-url-state'
import { blockedReason, looksFree } from '@/lib/domain/ability-words'
import { visibleText } from '@/lib/format/name'
import { countOf, formatCount } from '@/lib/format/number'
import { measure, measureFirst } from '@/lib/format/reading'
import { isForbidden, wordsOf, wouldDestroy } from '@/lib/queries/errors'
import { useLookAgain, useMessages } from '@/lib/queries/messages'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'
import { CostCard, sentence } from './cost-card.tsx'
import { messageColumns } from './message-columns.tsx'
import { matchingMessages, useSelection } from './selection.ts'
import { SelectionBar } from './selection-bar.tsx'
import { StartChoice } from './start-choice.tsx'
import { lookSize, useMessageView } from './view.ts'

/** Messages of a destination: the cost first where a look has one, then the list, then what to do with a selection. */
export function MessagesTab({ broker, row }: { broker: Broker; row: DestinationDetail }) {
  const { get, set } = useUrlState()
  const view = useMessageView(row)
  const free = looksFree(row.abilities.browse)
  const [asked, setAsked] = useState(false)
  const look = useMessages(broker.id, row.id, view, free || asked)
  const lookAgain = useLookAgain(broker.id, row.id)
  const words = get('find') ?? ''
  const pages = look.data?.pages
  const messages = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages])
  const rows = useMemo(() => matchingMessages(messages, words), [messages, words])
  const { type } = row
  const selection = useSelection(messages)
  const open = get('message')
  const columns = useMemo(() => messageColumns({ type }, messages, open !== null), [type, messages, open])
  const closeOrClear = () => (open ? set({ message: null }) : selection.clear())
  useKeys({ Escape: closeOrClear }, open !== null || selection.ids.size > 0)

  const blocked = blockedReason(row.abilities, 'browse')
  if (blocked)
    return (
      <Card>
        <Empty title="Messages cannot be read here">{blocked}</Empty>
      </Card>
    )
  if (!look.data && !look.isError && !free && !look.isFetching)
    return <CostCard row={row} busy={false} onPeek={() => setAsked(true)} />
  const again = () => {
    selection.clear()
    setAsked(true)
    void lookAgain(view)
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <StartChoice row={row} view={view} />
        <FilterInput
          label="Find in the messages read"
          placeholder="Find in the messages read"
          className="min-w-40 flex-1"
          value={words}
          onChange={(event) => set({ find: event.target.value })}
        />
        <Button onClick={again} busy={look.isFetching}>
          <RotateCw className="size-3.5" aria-hidden />
          {free ? 'Read again' : `Peek ${lookSize} again`}
        </Button>
      </div>
      <LookNote row={row} look={look} read={messages.length} shown={rows.length} words={words} />
      {rows.length > 0 ? (
        <DataTable
          label={`Messages of ${row.name}`}
          className="max-md:h-[64dvh] max-md:flex-none"
          columns={columns}
          rows={rows}
          keyOf={(message) => message.id}
          current={open}
          onOpen={(message) => set({ message: message.id }, open ? 'replace' : 'push')}
          checked={selection.ids}
          onCheck={selection.check}
          checkLabel={(message) => `Select message ${message.position}`}
          onEnd={free && look.hasNextPage && !look.isFetchingNextPage ? look.fetchNextPage : undefined}
          foot={
            look.hasNextPage && !free ? (
              <div className="border-t p-2 text-center">
                <Button busy={look.isFetchingNextPage} onClick={() => look.fetchNextPage()}>
                  Peek {lookSize} more
                </Button>
              </div>
            ) : null
          }
        />
      ) : (
        <Card>
          {look.isPending ? <LoadingRows label="Reading messages" rows={10} /> : null}
          {look.isError ? <LookFailed error={look.error} onRetry={again} /> : null}
          {look.isSuccess && !look.isFetching ? (
            <Empty
              title={messages.length > 0 ? 'None of the messages read contains that' : 'No messages here'}
            >
              {messages.length > 0
                ? `${countOf(messages.length, 'message')} read; the words are looked for in key, headers, properties and body.`
                : emptyWords(row)}
            </Empty>
          ) : null}
        </Card>
      )}
      {look.isError && rows.length > 0 ? <Note tone="crit">{wordsOf(look.error)}</Note> : null}
      <SelectionBar broker={broker} row={row} messages={messages} selection={selection} onSettled={again} />
    </>
  )
}

function emptyWords(row: DestinationDetail): string {
  const depth = measure(row.readings.depth, 'full')
  const unacked = measure(row.readings.unacked)
  if (unacked.value)
    return `Nothing is ready; ${formatCount(unacked.value)} are held by consumers and cannot be peeked.`
  if (depth.value) return `The count says ${formatCount(depth.value)}, but none could be read from here.`
  return 'The broker was read to its end.'
}

function LookFailed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const refused = wouldDestroy(error)
  return (
    <Failed
      what={
        refused
          ? 'A look could destroy messages here, so it was not made'
          : isForbidden(error)
            ? 'Messages may not be read here'
            : 'Reading the messages failed'
      }
      words={wordsOf(error)}
      forbidden={isForbidden(error)}
      onRetry={refused ? undefined : onRetry}
    />
  )
}

/** What was read, why it stopped, and what the look did: never covered by anything. */
function LookNote({
  row,
  look,
  read,
  shown,
  words,
}: {
  row: DestinationDetail
  look: ReturnType<typeof useMessages>
  read: number
  shown: number
  words: string
}) {
  const last = look.data?.pages.at(-1)
  if (!last) return null
  const depth = measureFirst([row.readings.ready, row.readings.depth], 'full')
  const effects = (look.data?.pages ?? [])
    .flatMap((page) => page.effects)
    .filter((effect, index, all) => all.findIndex((one) => one.code === effect.code) === index)
  const real = effects.filter((effect) => effect.code !== 'none')
  const problems = (look.data?.pages ?? []).flatMap((page) => page.problems ?? [])
  return (
    <div className="flex flex-col gap-1">
      <Note>
        {real.length > 0 ? 'Peeked' : 'Read'} {formatCount(read)}
        {depth.value === null ? '' : ` of ${formatCount(depth.value)}`}
        {words ? `, ${formatCount(shown)} contain “${visibleText(words)}”` : ''}
        {last.scanned.stoppedBy === 'end' ? '' : `; ${stopWords[last.scanned.stoppedBy]}`}.{' '}
        {real.length > 0 ? real.map(sentence).join(' ') : 'Reading did nothing to the broker.'}
      </Note>
      {problems.slice(0, 3).map((problem) => (
        <Note key={`${problem.scope} ${problem.code}`} tone="warn">
          {visibleText(problem.scope)}: {problem.message}
        </Note>
      ))}
    </div>
  )
}

const stopWords = {
  end: '',
  limit: 'there are more',
  bytes: 'stopped at the size limit of a page',
  time: 'stopped by the time limit',
  budget: 'stopped by the budget of one look',
  cancelled: 'stopped when asked to',
  error: 'stopped by an error',
} as const

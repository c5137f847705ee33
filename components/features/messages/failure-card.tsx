import type { ReactNode } from 'react'
import { AppLink } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { visibleLines, visibleText } from '@/lib/format/name'
import { countOf, groupDigits } from '@/lib/format/number'
import { destinationPath } from '@/lib/format/paths'
import type { Destination } from '@/lib/schemas/destination'
import type { Failure } from '@/lib/schemas/message'
import { causeOf, headerOf, reasonOf } from './failure-words.ts'

/** Why this message lies here, in words; every fact with the header it was read from. What is not known is not drawn. */
export function FailureCard({
  broker,
  row,
  failure,
}: {
  broker: string
  row: Pick<Destination, 'deadLetter'>
  failure: Failure
}) {
  const { origin, attempts, firstAt, lastAt, consumer } = failure
  const keys = [origin.exchange, origin.routingKey].filter((part) => part)
  // By the default exchange the routing key is the queue's own name: nothing that is not said already.
  const route = keys.length === 1 && keys[0] === origin.destination ? '' : keys.join(' → ')
  return (
    <section aria-label="Why it failed" className="rounded-card bg-crit-wash p-3.5 dark:bg-crit-wash">
      <h3 className="break-words font-[640] text-[14px] text-crit-ink">{visibleText(causeOf(failure))}</h3>
      {failure.message ? (
        <p className="mt-0.5 line-clamp-6 whitespace-pre-wrap break-words">{visibleLines(failure.message)}</p>
      ) : null}
      <dl className="mt-2.5 grid grid-cols-[92px_minmax(0,1fr)] gap-x-3 gap-y-1.5">
        {failure.errorClass ? (
          <Row label="Reason" header={headerOf(failure, 'reason', 'errorClass', 'message')}>
            {reasonOf(failure)}
          </Row>
        ) : null}
        {origin.destination || route ? (
          <Row label="Came from" header={headerOf(failure, 'origin')}>
            {origin.destination ? <OriginLink broker={broker} row={row} name={origin.destination} /> : null}
            {origin.partition === undefined ? null : (
              <span className="font-mono text-[12px]">
                {' '}
                partition {origin.partition}
                {origin.offset ? `, offset ${groupDigits(origin.offset)}` : ''}
              </span>
            )}
            {route ? (
              <span>
                {origin.destination ? ' by ' : ''}
                <span className="font-mono text-[12px]">{visibleText(route)}</span>
              </span>
            ) : null}
          </Row>
        ) : null}
        {consumer ? (
          <Row label="Rejected by" header={headerOf(failure, 'consumer')}>
            {visibleText(consumer)}
          </Row>
        ) : null}
        {attempts === undefined ? null : (
          <Row label="Attempts" header={headerOf(failure, 'attempts')}>
            {countOf(attempts, 'attempt')}
          </Row>
        )}
        {firstAt || lastAt ? (
          <Row
            label={firstAt && lastAt ? 'First · last' : firstAt ? 'First' : 'Last'}
            header={headerOf(failure, 'firstAt', 'lastAt')}
          >
            {firstAt ? <Time at={firstAt} /> : null}
            {firstAt && lastAt ? ' · ' : null}
            {lastAt ? <Time at={lastAt} /> : null}
          </Row>
        ) : null}
        <Row label="Read from" header={null}>
          <span className="font-mono text-[12px] text-ink-2">
            {visibleText([...new Set(failure.evidence.map((item) => item.header))].join(', ')) || 'nothing'}
          </span>{' '}
          <span className="text-ink-3">as {failure.reader} writes it</span>
        </Row>
      </dl>
    </section>
  )
}

function Row({ label, header, children }: { label: string; header: string | null; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-2">{label}</dt>
      <dd className="min-w-0 break-words">
        {children}
        {header ? (
          <span className="ml-1.5 break-words font-mono text-[11px] text-ink-3">{visibleText(header)}</span>
        ) : null}
      </dd>
    </>
  )
}

function OriginLink({
  broker,
  row,
  name,
}: {
  broker: string
  row: Pick<Destination, 'deadLetter'>
  name: string
}) {
  const known = row.deadLetter.origins.find((origin) => origin.name === name && origin.id !== undefined)
  if (!known?.id) return <span className="font-[560]">{visibleText(name)}</span>
  return (
    <AppLink
      href={destinationPath(broker, known.id)}
      className="font-[560] underline decoration-current/40 underline-offset-3"
    >
      {visibleText(name)}
    </AppLink>
  )
}

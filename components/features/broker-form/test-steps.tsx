'use client'

import { useEffect, useRef } from 'react'
import { Card, CardHead } from '@/components/ui/card'
import { LoadingRows } from '@/components/ui/notice'
import { type Level, StateMark } from '@/components/ui/state-mark'
import type { BrokerTest, BrokerTestStep } from '@/lib/schemas/broker-form'

const looks: Record<BrokerTestStep['state'], { level: Level; word: string; className: string }> = {
  ok: { level: 'ok', word: 'ok', className: 'text-ink-3' },
  warning: { level: 'warn', word: 'warning', className: 'text-warn-ink' },
  failed: { level: 'crit', word: 'failed', className: 'text-crit-ink font-[600]' },
  skipped: { level: 'unknown', word: 'skipped', className: 'text-ink-3' },
}

/** What a test found, one row a step: its state, a sentence, the broker's own words, and what to do. */
export function TestSteps({ test, isRunning }: { test: BrokerTest | undefined; isRunning: boolean }) {
  const place = useRef<HTMLDivElement>(null)
  const hasNews = isRunning || test !== undefined
  useEffect(() => {
    // Below the form on a narrow screen, where nobody would see that it began.
    const main = place.current?.closest('main')
    if (!hasNews || !place.current || !main || !window.matchMedia('(max-width: 1023px)').matches) return
    const top = place.current.getBoundingClientRect().top - main.getBoundingClientRect().top
    main.scrollBy({ top: top - 16 })
  }, [hasNews])
  return (
    <div ref={place} className={hasNews ? 'lg:sticky lg:top-0' : 'max-lg:hidden'}>
      <Card>
        {isRunning ? (
          <>
            <CardHead title="Test" hint="trying each step, 20 s at most" />
            <LoadingRows rows={7} label="Testing" />
          </>
        ) : test ? (
          <Found test={test} />
        ) : (
          <>
            <CardHead title="Test" />
            <p className="px-3.5 py-3 text-ink-3">
              Tries name, TCP, TLS, sign-in, permissions, version and abilities, and says where it ends and
              what to do. It changes nothing and stores nothing.
            </p>
          </>
        )}
      </Card>
    </div>
  )
}

function Found({ test }: { test: BrokerTest }) {
  const places = placesOf(test)
  return (
    <>
      <CardHead title="Test" hint={<span role="status">{verdictOf(test)}</span>} />
      {places.map((at) => (
        <section key={at} aria-label={at || 'The broker'}>
          {places.length > 1 ? (
            <h3 className="border-y bg-sunken px-3.5 py-1 font-[600] text-[11.5px] text-ink-2 first:border-t-0">
              <bdi>{at || 'The broker'}</bdi>
            </h3>
          ) : null}
          <ol>
            {test.steps
              .filter((step) => step.at === at)
              .map((step) => (
                <Row key={step.step} step={step} />
              ))}
          </ol>
        </section>
      ))}
    </>
  )
}

function Row({ step }: { step: BrokerTestStep }) {
  const look = looks[step.state]
  return (
    <li className="grid grid-cols-[auto_88px_1fr] gap-x-2.5 border-b px-3.5 py-1.5 last:border-b-0">
      <StateMark level={look.level} label="" className="mt-[5px]" />
      <p className="font-[620]">{step.name}</p>
      <div className="min-w-0">
        <p className="break-words text-ink-2">
          <span className={look.className}>{look.word}</span> · {step.sentence}
        </p>
        {step.words ? <p className="break-words font-mono text-[12px] text-ink-2">{step.words}</p> : null}
        {step.fix ? (
          <p className="break-words">
            <span className="font-[620]">Fix: </span>
            {step.fix}
          </p>
        ) : null}
      </div>
    </li>
  )
}

function placesOf(test: BrokerTest): readonly string[] {
  return [...new Set(test.steps.map(({ at }) => at))]
}

function verdictOf({ ok, steps }: BrokerTest): string {
  const failed = steps.filter(({ state }) => state === 'failed').length
  const warned = steps.filter(({ state }) => state === 'warning').length
  if (!ok) return failed === 1 ? 'one step failed' : `${failed} steps failed`
  return warned === 0
    ? 'every step is ok'
    : `it works; ${warned === 1 ? 'one warning' : `${warned} warnings`}`
}

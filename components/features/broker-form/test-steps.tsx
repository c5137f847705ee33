'use client'

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
  if (isRunning)
    return (
      <Card>
        <CardHead title="Test" hint="trying each step, 20 s at most" />
        <LoadingRows rows={7} label="Testing" />
      </Card>
    )
  if (!test)
    return (
      <Card className="max-lg:hidden">
        <CardHead title="Test" />
        <p className="px-3.5 py-3 text-ink-3">
          Tries name, TCP, TLS, sign-in, permissions, version and abilities, and says where it ends and what
          to do. It changes nothing and stores nothing.
        </p>
      </Card>
    )
  return (
    <Card>
      <CardHead title="Test" hint={<span role="status">{verdictOf(test)}</span>} />
      {placesOf(test).map((at) => (
        <section key={at} aria-label={at || 'The broker'}>
          {at ? (
            <h3 className="border-b bg-sunken px-3.5 py-1 font-[600] text-[11.5px] text-ink-2">
              <bdi>{at}</bdi>
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
    </Card>
  )
}

function Row({ step }: { step: BrokerTestStep }) {
  const look = looks[step.state]
  return (
    <li className="grid grid-cols-[auto_1fr] gap-x-2.5 border-b px-3.5 py-1.5 last:border-b-0">
      <StateMark level={look.level} label="" className="mt-[5px]" />
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-[620]">{step.name}</span>
          <span className={look.className}>{look.word}</span>
        </p>
        <p className="break-words text-ink-2">{step.sentence}</p>
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

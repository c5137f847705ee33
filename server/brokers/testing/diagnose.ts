import { expect } from 'vitest'
import type { BrokerTestStep, FormValues } from '../../../lib/schemas/broker-form.ts'
import { checkValues, type Diagnosis, type DriverDeps, newCall } from '../contract/index.ts'
import { driverOf } from '../registry.ts'
import { openTlsDoor, type TlsDoor } from './tls-door.ts'

type Kind = 'rabbitmq' | 'kafka' | 'redis'
export const wrong = 'not-the-password-71d0'
/** When a certificate began that has expired by now, as keytool writes it. */
export const long = '2020/01/01 00:00:00'
const silent = () => undefined
export const deps: DriverDeps = {
  brokerId: 'test',
  notes: { get: async () => null, set: async () => undefined },
  log: { debug: silent, info: silent, warn: silent, error: silent },
  now: Date.now,
}

/** What a person typed into the form, tried; whatever comes out is fit to be shown. */
export async function diagnose(kind: Kind, values: FormValues): Promise<Diagnosis> {
  const { form, options, diagnose: run } = driverOf(kind)
  if (!form || !run) throw new Error(`${kind} cannot be tested`)
  const beganAt = Date.now()
  const found = await run(
    options.parse(form.toOptions(checkValues(form.fields, values))),
    deps,
    newCall(20_000),
  )
  expect(Date.now() - beganAt).toBeLessThan(20_000)
  for (const step of found.steps) {
    expect(step.sentence, step.step).not.toBe('')
    if (step.state === 'failed')
      expect(step, step.step).toMatchObject({
        words: expect.stringMatching(/\S/),
        fix: expect.stringMatching(/\S/),
      })
  }
  const text = JSON.stringify(found)
  expect(text).not.toContain(wrong)
  expect(text).not.toMatch(/\\n\s+at |\.ts:\d|node:internal/)
  return found
}

/** The steps that are not as they should be, as `where step`. */
export const troubles = (found: Diagnosis, state: BrokerTestStep['state'] = 'failed') =>
  found.steps.filter((step) => step.state === state).map((step) => `${step.at} ${step.step}`.trim())

export function only(found: Diagnosis, what: string): BrokerTestStep {
  expect(troubles(found)).toEqual([what])
  const step = found.steps.find(({ state }) => state === 'failed')
  if (!step) throw new Error('nothing failed')
  return step
}

const doors: TlsDoor[] = []
export async function door(behind: number, startDate?: string): Promise<TlsDoor> {
  const opened = await openTlsDoor(behind, startDate)
  doors.push(opened)
  return opened
}

/** To be called when the tests of a file are over. */
export async function closeDoors(): Promise<void> {
  for (const one of doors.splice(0)) await one.close()
}

import type { BrokerKind } from '../../lib/schemas/broker.ts'
import type { BrokerTest, FormValues } from '../../lib/schemas/broker-form.ts'
import { type Call, type DriverDeps, publicValues, shorten } from '../brokers/contract/index.ts'
import { driverOf } from '../brokers/registry.ts'
import { secretsOf } from '../config/secrets-of.ts'
import { createScrubber } from '../log/create-log.ts'
import { valuesOf } from './broker-forms.ts'

const silent = () => undefined
/** Under the limit of the call, so that what it found is told, and what it opened is closed. */
const testMs = 17_000

/** Tries options without keeping anything: no note, no log line, no connection that outlives the call. */
export async function testOptions(
  kind: BrokerKind,
  options: unknown,
  call: Call,
  now: () => number,
): Promise<BrokerTest> {
  const { diagnose } = driverOf(kind)
  const deps: DriverDeps = {
    brokerId: 'test',
    notes: { get: async () => null, set: async () => undefined },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    now,
  }
  if (!diagnose) return { ok: true, steps: [], version: null, identity: null, user: null, abilities: {} }
  const { steps, version, identity, user, abilities } = await diagnose(options, deps, shorten(call, testMs))
  const strike = createScrubber(hiddenTexts(kind, options))
  return {
    ok: steps.every(({ state }) => state !== 'failed'),
    steps: steps.map(({ words, ...step }) => ({
      ...step,
      sentence: strike(step.sentence),
      ...(words === undefined ? {} : { words: strike(words) }),
    })),
    version,
    identity,
    user,
    abilities,
  }
}

/** Secrets, but for those that anybody can read elsewhere in the form (user guest, password guest). */
function hiddenTexts(kind: BrokerKind, options: unknown): readonly string[] {
  const values: FormValues = valuesOf(kind, options) ?? {}
  const shown = new Set(Object.values(publicValues(driverOf(kind).form?.fields ?? [], values).values))
  return secretsOf(options).filter((secret) => !shown.has(secret))
}

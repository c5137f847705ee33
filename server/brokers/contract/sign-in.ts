import type { Problem } from '../../../lib/schemas/problem.ts'
import { type Call, shorten } from './call.ts'
import { type Diagnosis, type Steps, tellAbilities } from './diagnosis.ts'
import type { BrokerConnection } from './driver.ts'
import { BrokerError } from './errors.ts'
import { type ExplainRule, explain, ownWords } from './explain.ts'
import { type ProbeTarget, speaksTls } from './probe-address.ts'
import type { Probe } from './snapshot.ts'

const signInMs = 7_000

/** The driver's own probe as a step: signs in, and tells what was refused. Closes the connection. */
export async function trySignIn(
  steps: Steps,
  open: () => Promise<BrokerConnection>,
  target: ProbeTarget,
  rules: readonly ExplainRule[],
  call: Call,
): Promise<Probe | null> {
  let connection: BrokerConnection | null = null
  try {
    connection = await open()
    const probe = await connection.probe(shorten(call, signInMs))
    steps.ok('sign-in', probe.user === null ? 'Let in without a name' : `Signed in as ${probe.user}`)
    return probe
  } catch (error) {
    if (call.signal.aborted) throw error
    await tellRefusal(steps, error, target, rules, call)
    return null
  } finally {
    await connection?.close().catch(() => undefined)
  }
}

async function tellRefusal(
  steps: Steps,
  error: unknown,
  target: ProbeTarget,
  rules: readonly ExplainRule[],
  call: Call,
): Promise<void> {
  const code = error instanceof BrokerError ? error.code : 'protocol'
  const words = ownWords(error)
  const isSilence = code === 'unreachable' || code === 'timeout' || code === 'protocol'
  if (isSilence && target.tls === null && (await speaksTls(target.host, target.port, call))) {
    const fix = 'Turn TLS on.'
    steps.tell('tls', 'failed', { sentence: 'This port speaks TLS, and TLS is off', words, fix })
    steps.skip(['sign-in'], 'Not tried: the step before failed')
    return
  }
  // A driver's own sentence often says more than the innermost words.
  const said = error instanceof Error ? error.message : words
  const told = { ...explain(`${words} ${said}`, rules), words }
  if (code === 'forbidden' || code === 'not_found') {
    steps.ok('sign-in', 'User name and password were accepted')
    steps.tell('permissions', 'failed', told)
  } else steps.tell('sign-in', 'failed', told)
}

/** What remains to be told of a broker that let us in: rights, version, abilities. `refused`: what these credentials may not do. */
export function tellProbe(
  steps: Steps,
  product: string,
  probe: Probe,
  refused: readonly string[],
  fix: string,
): void {
  const problems = probe.problems
    .filter(({ code }: Problem) => code === 'forbidden')
    .map(({ message }) => message)
  const all = [...problems, ...refused]
  if (all.length === 0) steps.ok('permissions', 'Nothing that Signalbox needs was refused')
  else {
    const sentence = 'These credentials may not do everything; what is refused is shown as unknown'
    steps.tell('permissions', 'warning', { sentence, words: all.join('; ').slice(0, 500), fix })
  }
  steps.ok('version', `${product} ${probe.version}${probe.identity === '' ? '' : `, ${probe.identity}`}`)
  tellAbilities(steps, probe.abilities)
}

/** A test that did not get as far as a probe. */
export function diagnosisOf(steps: Diagnosis['steps'], probe: Probe | null): Diagnosis {
  return {
    steps,
    version: probe?.version ?? null,
    identity: probe?.identity ?? null,
    user: probe?.user ?? null,
    abilities: probe?.abilities ?? {},
  }
}

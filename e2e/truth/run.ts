import { type BrokerInstance, startBroker, stopBroker } from '../../scripts/brokers/index.ts'
import type { Console } from '../support/console.ts'
import { checkCount, checkRate, checkUnknown, type Fault, type Finding, type Told } from './check.ts'
import type { Known, Subject } from './subject.ts'

export interface Lab {
  readonly console: Console
  readonly subjects: readonly { readonly subject: Subject; readonly instance: BrokerInstance }[]
  readonly seconds: number
  /** Stops and starts of whole brokers and of the console: in turn, so many seconds apart. */
  readonly restartEverySeconds: number
  readonly disturbEverySeconds: number
  readonly say: (line: string) => void
}

export interface Report {
  readonly seconds: number
  /** Readings that were compared with a truth somebody knew. */
  readonly compared: Readonly<Record<string, number>>
  readonly unknownExplained: number
  /** Seconds in which the console could not be asked, because it was being restarted. */
  readonly unasked: number
  readonly faults: readonly { readonly what: string; readonly subject: string; readonly atSecond: number }[]
  readonly findings: readonly (Finding & { readonly atSecond: number })[]
}

interface Heard {
  readonly told: Told
  readonly known: Known
}
interface Row {
  readonly name: string
  readonly readings: Readonly<Record<string, Told['reading']>>
}
interface GroupRow {
  readonly name: string
  readonly lag: readonly { readonly partition: number; readonly lag: Told['reading'] }[]
}

/** A truth is known only when a later look bounds it: what was heard waits so long before it is judged. */
const judgeAfterMs = 4_000
/** A rate needs two samples; the first seconds prove nothing. */
const warmUpMs = 15_000

/**
 * Asks the console every second what it knows of each subject, and compares each number with what the raw clients
 * know, while queues, topics, groups, brokers and the console itself are disturbed in turn.
 */
export async function runLab(lab: Lab): Promise<Report> {
  const beganMs = Date.now()
  const faults: Fault[] = []
  const findings: (Finding & { atSecond: number })[] = []
  const compared: Record<string, number> = {}
  let [unknownExplained, unasked] = [0, 0]
  const secondOf = (atMs: number) => Math.round((atMs - beganMs) / 1_000)
  const noteOf = (subject: string) => (what: string, lastsMs: number) => {
    const fault = { what, subject, fromMs: Date.now(), untilMs: Date.now() + lastsMs }
    faults.push(fault)
    lab.say(`${secondOf(fault.fromMs)} s ${subject}: ${what}`)
    return fault
  }

  const waiting: Heard[] = []
  const judge = (untilMs: number) => {
    while (waiting[0] && waiting[0].told.heardMs <= untilMs) {
      const one = waiting.shift()
      if (!one) break
      const { told, known } = one
      // Just made, or only just watched: a rate has no second sample yet.
      const unknown = checkUnknown(told, faults)
      const finding =
        told.reading.state !== 'ok'
          ? unknown
          : known.kind === 'count'
            ? checkCount(told, known.truth)
            : checkRate(told, known.truth)
      if (told.reading.state !== 'ok' && !unknown) unknownExplained += 1
      if (told.reading.state === 'ok') {
        const name = `${told.subject.split('/')[0]} ${known.metric}`
        compared[name] = (compared[name] ?? 0) + 1
      }
      if (finding) {
        findings.push({ ...finding, atSecond: secondOf(told.heardMs) })
        lab.say(
          `${secondOf(told.heardMs)} s ${finding.kind}: ${finding.subject} ${finding.metric}: ${finding.detail}`,
        )
      }
    }
  }

  const cruelties = disturb(lab, noteOf, beganMs)
  while (Date.now() - beganMs < lab.seconds * 1_000) {
    const tickMs = Date.now()
    for (const { subject } of lab.subjects) {
      const heard = await listen(lab.console, subject).catch(() => null)
      if (heard === null) unasked += 1
      else if (Date.now() - beganMs > warmUpMs) waiting.push(...heard)
    }
    judge(Date.now() - judgeAfterMs)
    await new Promise((done) => setTimeout(done, Math.max(50, 1_000 - (Date.now() - tickMs))))
  }
  await cruelties
  await new Promise((done) => setTimeout(done, judgeAfterMs))
  judge(Date.now())
  return {
    seconds: lab.seconds,
    compared,
    unknownExplained,
    unasked,
    faults: faults.map(({ what, subject, fromMs }) => ({ what, subject, atSecond: secondOf(fromMs) })),
    findings,
  }
}

async function listen(server: Console, { id, known }: Subject): Promise<Heard[]> {
  const wanted = known()
  const names = [...new Set(wanted.map(({ name }) => name))]
  const rows = new Map<string, Row>()
  const groups = new Map<string, GroupRow>()
  for (const name of names) {
    const q = encodeURIComponent(name)
    if (wanted.some((one) => one.of === 'destination' && one.name === name)) {
      const { items } = await server.api.get<{ items: Row[] }>(`/brokers/${id}/destinations?q=${q}`)
      for (const row of items) rows.set(row.name, row)
    } else {
      const { items } = await server.api.get<{ items: GroupRow[] }>(`/brokers/${id}/groups?q=${q}`)
      for (const row of items) groups.set(row.name, row)
    }
  }
  const heardMs = Date.now()
  return wanted.flatMap((one): Heard[] => {
    const subject = `${id}/${one.name}${one.partition === undefined ? '' : ` ${one.partition}`}`
    const reading =
      one.of === 'destination'
        ? rows.get(one.name)?.readings[one.metric]
        : groups.get(one.name)?.lag.find(({ partition }) => partition === one.partition)?.lag
    const absent = { state: 'absent', reason: 'it is not in the list' }
    return [{ known: one, told: { subject, metric: one.metric, heardMs, reading: reading ?? absent } }]
  })
}

/** In turn: each subject's own cruelties, a broker stopped and started, the console killed and started. */
async function disturb(
  lab: Lab,
  noteOf: (subject: string) => (what: string, lastsMs: number) => Fault,
  beganMs: number,
): Promise<void> {
  const endMs = beganMs + lab.seconds * 1_000 - 15_000
  let [next, restarts] = [beganMs + 10_000, 0]
  let restartMs = beganMs + lab.restartEverySeconds * 1_000
  for (let turn = 0; ; turn += 1) {
    while (Date.now() < next) await new Promise((done) => setTimeout(done, 100))
    if (Date.now() > endMs) return
    if (Date.now() >= restartMs) {
      const chosen = restarts % (lab.subjects.length + 1)
      restarts += 1
      restartMs = Date.now() + lab.restartEverySeconds * 1_000
      await restart(lab, chosen, noteOf)
    } else {
      const { subject } = lab.subjects[turn % lab.subjects.length] ?? {}
      if (subject)
        await subject
          .disturb(noteOf(subject.id))
          .catch((error) => lab.say(`disturbing failed: ${String(error)}`))
    }
    next = Date.now() + lab.disturbEverySeconds * 1_000
  }
}

async function restart(
  lab: Lab,
  chosen: number,
  noteOf: (subject: string) => (what: string, lastsMs: number) => Fault,
): Promise<void> {
  const one = lab.subjects[chosen]
  if (!one) {
    const fault = noteOf('*')('the console is killed and started', 60_000)
    await lab.console.kill()
    await lab.console.start()
    fault.untilMs = Date.now()
    return
  }
  const fault = noteOf(one.subject.id)('the broker is stopped and started', 120_000)
  await stopBroker(one.instance)
  await startBroker(one.instance.kind, { name: one.instance.name })
  fault.untilMs = Date.now()
}

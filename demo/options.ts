import { parseArgs } from 'node:util'
import type { BrokerKind } from '../scripts/brokers/index.ts'
import type { Mood } from './control/control.ts'

export const demoKinds = ['rabbitmq', 'kafka', 'redis'] as const satisfies readonly BrokerKind[]

export const usage = `usage: npm run demo -- [options]
starts a small company on real brokers, and the console on them; Ctrl-C ends it
  --rate N              orders a second, 0 to 500 (20)
  --brokers LIST        of rabbitmq,kafka,redis (all)
  --no-console          without the console
  --for SECONDS         ends by itself
  --keep-brokers        leaves the brokers running at the end
  --on FILE             uses the brokers named in this JSON file by kind, and neither starts nor stops any
while it runs, from another terminal
  --rate N              changes the rate
  --break, --heal, --slow WORKER     a worker fails, works, or takes its time
  --hire, --dismiss WORKER           starts or stops a worker
  --status              what everybody has done
  --stop [--purge]      ends it and its brokers; --purge deletes their data as well`

/** What a person wants changed in a running demo. */
export interface Change {
  readonly rate?: number
  readonly moods: readonly (readonly [worker: string, mood: Mood])[]
  readonly hire: readonly string[]
  readonly dismiss: readonly string[]
}

export interface Options {
  readonly kinds: readonly BrokerKind[]
  readonly hasConsole: boolean
  readonly forMs: number | null
  readonly keepBrokers: boolean
  readonly brokersFile: string | null
  readonly change: Change
  readonly wants: 'run' | 'status' | 'stop' | 'purge' | 'help'
}

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const flag = { type: 'boolean', default: false } as const

/** @throws with a sentence for a person on anything that is none of the options */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rate: text,
      brokers: text,
      'no-console': flag,
      for: text,
      'keep-brokers': flag,
      on: text,
      break: texts,
      heal: texts,
      slow: texts,
      hire: texts,
      dismiss: texts,
      status: flag,
      stop: flag,
      purge: flag,
      help: flag,
    },
  })
  const moods = [
    ...(values.break ?? []).map((name) => [name, 'broken'] as const),
    ...(values.heal ?? []).map((name) => [name, 'healthy'] as const),
    ...(values.slow ?? []).map((name) => [name, 'slow'] as const),
  ]
  const { hire = [], dismiss = [], rate } = values
  if (values.purge && !values.stop) throw new Error('--purge goes with --stop')
  const wants = values.help
    ? 'help'
    : values.purge
      ? 'purge'
      : values.stop
        ? 'stop'
        : values.status
          ? 'status'
          : 'run'
  return {
    kinds: readKinds(values.brokers),
    hasConsole: !values['no-console'],
    forMs: values.for === undefined ? null : readNumber('--for', values.for) * 1_000,
    keepBrokers: values['keep-brokers'],
    brokersFile: values.on ?? null,
    change: { ...(rate === undefined ? {} : { rate: readNumber('--rate', rate) }), moods, hire, dismiss },
    wants,
  }
}

function readNumber(name: string, value: string): number {
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new Error(`${name} ${value}: no number`)
  return number
}

function readKinds(list: string | undefined): readonly BrokerKind[] {
  if (list === undefined) return demoKinds
  const names = list.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !(demoKinds as readonly string[]).includes(name))
  if (unknown.length > 0)
    throw new Error(`--brokers: ${unknown.join(', ')} is none of ${demoKinds.join(', ')}`)
  return demoKinds.filter((kind) => names.includes(kind))
}

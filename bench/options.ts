import { parseArgs } from 'node:util'

/** The parts of a run, in the order they are measured. */
export const parts = [
  'start',
  'feel',
  'pages',
  'history',
  'live',
  'growth',
  'rabbitmq',
  'redis',
  'kafka',
  'queues',
  'kafka-lag',
] as const
export type Part = (typeof parts)[number]

export interface BenchOptions {
  readonly only: readonly Part[]
  /** Messages in one replay. */
  readonly messages: number
  readonly rounds: number
  /** RabbitMQ queues in the list whose first page is read. */
  readonly queues: number
  /** Puts the tables into docs/benchmarks.md. */
  readonly writeDocs: boolean
}

export const usage = `npm run bench -- [--only start,feel,pages,history,live,growth,rabbitmq,redis,kafka,queues,kafka-lag] [--messages 50000] [--rounds 3]
             [--queues 10000] [--write]     --write puts the tables into docs/benchmarks.md`

/** @throws with the reason and the usage when an argument is not understood */
export function readOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      messages: { type: 'string', default: '50000' },
      rounds: { type: 'string', default: '3' },
      queues: { type: 'string', default: '10000' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    only: values.only === undefined ? parts : values.only.split(',').map(readPart),
    messages: readCount('messages', values.messages),
    rounds: readCount('rounds', values.rounds),
    queues: readCount('queues', values.queues),
    writeDocs: values.write,
  }
}

function readPart(word: string): Part {
  const part = parts.find((known) => known === word.trim())
  if (!part) throw new Error(`--only names "${word}"\n${usage}`)
  return part
}

function readCount(name: string, text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text))
    throw new Error(`--${name} takes a number above 0, not "${text}"\n${usage}`)
  return Number(text)
}

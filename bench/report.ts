import { budgets } from '../scripts/bundle-sizes.ts'
import { lagRows } from './kafka-lag/report.ts'
import type {
  BenchResults,
  CostSide,
  FeelResult,
  GrowthResult,
  HistoryResult,
  Latencies,
  LighthouseRound,
  LiveResult,
  PagesResult,
  QueuesResult,
  ReplayResult,
  Rounds,
  SampleCostResult,
} from './results.ts'
import { median, percentile } from './statistics.ts'

/** What the project sets out to reach; a ratio is ours to the peer's, in favour of us when above. */
const aims = {
  replays: { 'shovel-1000': 1.1, lua: 0.4, kcat: 0.5 } as Readonly<Record<string, number>>,
  firstPage: 10,
  sampleCost: 1.2,
  sampleMs: 2000,
  feel: { firstPaintMs: 100, keystrokeMs: 50, scrollTaskMs: 50, layoutShift: 0 },
  score: 95,
  live: { cores: 1, residentMb: 400 },
  memoryMb: { idle: 200, queues: 350 },
}

/** The tables as Markdown, the same on the screen and in the documentation. */
export function describeResults(results: BenchResults): string {
  const sections = [
    describeConditions(results),
    results.replays.length > 0 && describeReplays(results.replays),
    results.firstPages.length > 0 && describeFirstPages(results.firstPages),
    results.lag.length > 0 && describeLag(results),
    results.sampleCosts.length > 0 && results.sampleCosts.map(describeSampleCost).join('\n\n'),
    results.feel.length > 0 && results.feel.map(describeFeel).join('\n\n'),
    results.pages.length > 0 && results.pages.map(describePages).join('\n\n'),
    results.live.length > 0 && results.live.map(describeLive).join('\n\n'),
    results.growth.length > 0 && describeGrowth(results.growth),
    results.history.length > 0 && results.history.map(describeHistory).join('\n\n'),
    (results.startMs.length > 0 || results.memory.length > 0) && describeFootprint(results),
  ]
  return sections.filter((section) => section !== false).join('\n\n')
}

function describeConditions({ at, machine, versions, rounds, loadBefore, loadAfter }: BenchResults): string {
  const names: Readonly<Record<string, string>> = { rabbitmq: 'RabbitMQ', redis: 'Redis', kafka: 'Kafka' }
  const servers = Object.entries(versions).map(([kind, version]) => `${names[kind] ?? kind} ${version}`)
  return [
    `Measured ${at.slice(0, 16).replace('T', ' ')} UTC, ${count(rounds, 'round')}.`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB; ${machine.system}; Node ${machine.node}${servers.map((server) => `; ${server}`).join('')}. Brokers, their tools and the console share the cores.`,
    `Load average over a minute: ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} at the end.`,
  ].join('\n')
}

function describeLive(result: LiveResult): string {
  const { clients, destinations, cores, coresBefore, residentMb, mostMb, eventsPerClientSecond } = result
  const rows = [
    [
      'processor',
      `${cores.toFixed(2)} cores`,
      `${aims.live.cores}`,
      `${(cores / aims.live.cores).toFixed(2)}`,
    ],
    [
      'memory, the middle of half a minute (the most)',
      `${residentMb.toFixed(0)} MB (${mostMb.toFixed(0)})`,
      `${aims.live.residentMb}`,
      `${(residentMb / aims.live.residentMb).toFixed(2)}`,
    ],
  ]
  return [
    `### Live: ${clients} readers of the stream, ${thousands(destinations)} destinations`,
    table(['', 'with all readers', 'limit', 'of the limit'], rows),
    `Each reader was given ${eventsPerClientSecond.toFixed(2)} events a second. With nobody on the stream and one reader of the list the console took ${coresBefore.toFixed(2)} cores.`,
  ].join('\n\n')
}

/** The exponent of the growth between the first and the last size: 1 is in proportion. */
function exponentOf(results: readonly GrowthResult[], pick: (one: GrowthResult) => number): string {
  const [first, last] = [results[0], results.at(-1)]
  if (!first || !last || first === last) return '?'
  return (Math.log(pick(last) / pick(first)) / Math.log(last.destinations / first.destinations)).toFixed(2)
}

function describeGrowth(results: readonly GrowthResult[]): string {
  const row = (one: GrowthResult) => [
    thousands(one.destinations),
    `${one.sampleMs.toFixed(0)} ms`,
    `${one.pageMs.toFixed(1)} ms`,
    one.cores.toFixed(2),
    `${one.residentMb.toFixed(0)} MB`,
  ]
  const exponent = [
    'exponent',
    exponentOf(results, (one) => one.sampleMs),
    exponentOf(results, (one) => one.pageMs),
    exponentOf(results, (one) => one.cores),
    exponentOf(results, (one) => one.residentMb),
  ]
  return [
    '### Growth: destinations of one sandbox broker, watched',
    table(
      [
        'destinations',
        'a sample',
        'first page by depth',
        'cores, with the broker inside',
        'memory, with the broker inside',
      ],
      [...results.map(row), exponent],
    ),
    'The sandbox broker lives in the console, so its queues and their ticking are in these figures.',
  ].join('\n\n')
}

function describeHistory(result: HistoryResult): string {
  const { destinations, metrics, samples, ours, peer, busyMs, oursBytes, peerBytes, compactMs } = result
  const ms = (values: readonly number[]) =>
    `${median(values).toFixed(0)} ms (p95 ${percentile(values, 0.95).toFixed(0)})`
  const rows = [
    ['one row a value, indexed by series and time', ms(peer), '', peerBytes.toFixed(1), '1'],
    [
      'Signalbox',
      ms(ours),
      ms(busyMs),
      oursBytes.toFixed(1),
      `${(median(peer) / median(ours)).toFixed(1)} (bytes ${(peerBytes / oursBytes).toFixed(1)})`,
    ],
  ]
  return [
    `### History: ${thousands(destinations)} destinations × ${metrics} metrics, all of them changed, ${samples} samples`,
    table(['', 'a sample until it survives the process', 'of it busy', 'bytes a value', 'ratio'], rows),
    `Putting the samples together into chunks, in its own thread: ${seconds(compactMs)} s. Both write to SQLite, WAL, synchronous NORMAL.`,
  ].join('\n\n')
}

function describeReplays(replays: readonly ReplayResult[]): string {
  const rows = replays.flatMap((replay) => replay.peers.map((peer) => describeContest(replay, peer)))
  const extra = replays.map((replay) => [
    replay.label,
    `${seconds(median(replay.planMs))} s`,
    `${seconds(median(replay.ours.ms))} s`,
    `${median(replay.cpuSeconds).toFixed(1)} s`,
  ])
  return [
    `### Replay of ${thousands(replays[0]?.messages ?? 0)} messages of 1 KB`,
    table(['', 'peer', 'peer, messages/s', 'Signalbox, messages/s', 'ratio', 'aim'], rows),
    'The median of the rounds, all rounds behind it. What the runs took of time and processor:',
    table(['', 'list frozen before the start', 'start to completed', 'processor of the console'], extra),
  ].join('\n\n')
}

function describeContest(replay: ReplayResult, peer: Rounds): string[] {
  const perSecond = (ms: number) => (replay.messages * 1000) / ms
  const shown = ({ ms }: Rounds) =>
    `**${thousands(perSecond(median(ms)))}** (${ms.map((one) => thousands(perSecond(one))).join(', ')})`
  const aim = aims.replays[peer.id]
  return [
    replay.label,
    peer.label,
    shown(peer),
    shown(replay.ours),
    `**${(median(peer.ms) / median(replay.ours.ms)).toFixed(2)}**`,
    aim === undefined ? '' : `≥ ${aim}`,
  ]
}

function describeFirstPages(pages: readonly QueuesResult[]): string {
  const rows = pages.flatMap(({ alone, peer, ours }) => {
    const ratio = median(peer.ms) / median(ours.ms)
    return [
      describeCalls(alone, '', ''),
      describeCalls(peer, '', ''),
      describeCalls(ours, `**${ratio.toFixed(1)} ×**`, `≥ ${aims.firstPage} ×`),
    ]
  })
  const [first] = pages
  return [
    `### First page of ${thousands(first?.queues ?? 0)} RabbitMQ queues`,
    table(['call', 'p50', 'p95', 'p99', 'longest', 'answer', 'faster', 'aim'], rows),
    `${thousands(first?.peer.ms.length ?? 0)} calls each, in turns, warm, 0.1 s apart; milliseconds. The ratio is of the two medians in turns; the first line is the same call before a console read the broker.`,
  ].join('\n\n')
}

function describeLag({ lag }: BenchResults): string {
  return [
    '### Lag of every group of a Kafka cluster',
    table(['a whole sample', 'topics', 'partitions', 'groups', 'median, and each', 'aim'], lagRows(lag)),
    'Metadata, members, commits, starts, ends, sizes, settings in turns, and the times of the next messages; the first sample, which reads every setting, is not counted.',
  ].join('\n\n')
}

function describeCalls({ label, ms, answerBytes }: Latencies, ratio: string, aim: string): string[] {
  const at = (p: number) => percentile(ms, p).toFixed(1)
  return [
    `\`${label}\``,
    at(0.5),
    at(0.95),
    at(0.99),
    at(1),
    `${Math.round(answerBytes / 1000)} KB`,
    ratio,
    aim,
  ]
}

function describeSampleCost({ queues, intervalMs, calls, sides }: SampleCostResult): string {
  const cpuOf = (id: CostSide['id']) => median(sides.find((side) => side.id === id)?.cpuSeconds ?? [])
  const [idle, bare] = [cpuOf('idle'), cpuOf('scrape')]
  const rows = sides.map(({ id, label, cpuSeconds, ms }) => {
    const cpu = median(cpuSeconds)
    const ratio = id === 'idle' || id === 'scrape' ? '' : (cpu / bare).toFixed(2)
    const own = id === 'idle' ? '' : (cpu - idle).toFixed(3)
    return [
      label,
      `**${cpu.toFixed(3)}** (${Math.min(...cpuSeconds).toFixed(2)} – ${Math.max(...cpuSeconds).toFixed(2)})`,
      own,
      id === 'sample' ? `**${ratio}**` : ratio,
      id === 'sample' ? `≤ ${aims.sampleCost}` : '',
      id === 'idle' ? '' : `${median(ms).toFixed(0)} (${Math.max(...ms).toFixed(0)})`,
    ]
  })
  return [
    `### What a sample of ${thousands(queues)} RabbitMQ queues costs the broker`,
    table(['', 'processor of the broker, s', 'above nobody', 'ratio', 'aim', 'took, ms (longest)'], rows),
    `${calls} intervals of ${intervalMs / 1000} s each, in turns; the median, least and most. The ratio is of whole intervals to those with a bare scrape. A sample should take less than ${aims.sampleMs / 1000} s.`,
  ].join('\n\n')
}

function describeFeel(feel: FeelResult): string {
  const shown = (values: readonly number[], print: (value: number) => string) =>
    `**${print(median(values))}** (${values.map(print).join(', ')})`
  const ms = (value: number) => value.toFixed(0)
  const task = (value: number) => (value === 0 ? 'none' : ms(value))
  const shift = (value: number) => value.toFixed(3)
  const rows = [
    ['data arrived → rows painted, ms', shown(feel.firstPaintMs, ms), `< ${aims.feel.firstPaintMs}`],
    ['key → filtered list painted, ms, middle', shown(feel.keystrokeMs, ms), `< ${aims.feel.keystrokeMs}`],
    ['the same, worst key of a visit', shown(feel.worstKeystrokeMs, ms), ''],
    [
      'longest task above 50 ms while scrolling through all, ms',
      shown(feel.scrollTaskMs, task),
      `none above ${aims.feel.scrollTaskMs}`,
    ],
    ['cumulative layout shift of the visit', shown(feel.layoutShift, shift), String(aims.feel.layoutShift)],
  ]
  return [
    `### Feel of a list of ${thousands(feel.rows)} rows`,
    table(['', 'measured', 'aim'], rows),
    'Chromium on this machine, 1440 × 900, one visit a round: the list opens and is read whole, nine letters are typed, the wheel goes from the first row to the last, while samples keep coming.',
  ].join('\n\n')
}

function describePages({ lighthouse, pages, shellKB, bundles }: PagesResult): string {
  const ms = (value: number) => `${value.toFixed(0)} ms`
  const rows = pages.map(({ label, rounds }) => {
    const middle = (key: Exclude<keyof LighthouseRound, 'inaccessible'>) =>
      median(rounds.map((round) => round[key]))
    const score = (key: 'performance' | 'accessibility') =>
      `**${middle(key)}** (${rounds.map((round) => round[key]).join(', ')})`
    return [
      label,
      score('performance'),
      score('accessibility'),
      ms(middle('firstPaintMs')),
      ms(middle('largestPaintMs')),
      ms(middle('blockingMs')),
      middle('layoutShift').toFixed(3),
    ]
  })
  const failed = new Set(pages.flatMap(({ rounds }) => rounds.flatMap((round) => round.inaccessible)))
  const sizes = [
    ['the shell, which every page loads', `**${shellKB.toFixed(1)}**`, `≤ ${budgets.shell}`],
    ...bundles.map(({ page, kB }) => [`\`${page}\``, `**${kB.toFixed(1)}**`, `≤ ${budgets.page}`]),
  ]
  return [
    '### Scores and scripts of the pages',
    table(['', 'performance', 'accessibility', 'FCP', 'LCP', 'TBT', 'CLS'], rows),
    `${lighthouse}, desktop, 1440 × 900, signed in, the sandbox; the aim of both scores is ≥ ${aims.score}.${failed.size > 0 ? ` Accessibility audits that failed: ${[...failed].join(', ')}.` : ''}`,
    table(['JavaScript of the first load', 'kB, gzip', 'aim'], sizes),
  ].join('\n\n')
}

function describeFootprint({ startMs, memory }: BenchResults): string {
  const rows: string[][] = []
  if (startMs.length > 0)
    rows.push([
      '`npm start` on a fresh build to the first good `/healthz`',
      `**${seconds(median(startMs))} s** (${startMs.map(seconds).join(', ')})`,
      '',
    ])
  for (const { id, label, residentMb, peakMb } of memory)
    rows.push([
      `memory, ${label}`,
      `**${Math.round(residentMb)} MB** (peak ${Math.round(peakMb)})`,
      `< ${aims.memoryMb[id]} MB`,
    ])
  return ['### Start and memory', table(['', 'measured', 'aim'], rows)].join('\n\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

const thousands = (value: number) => Math.round(value).toLocaleString('en')
const seconds = (ms: number) => (ms / 1000).toFixed(1)
const count = (value: number, noun: string) => `${value} ${noun}${value === 1 ? '' : 's'}`

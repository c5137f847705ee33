import type { RunningConsole } from '../console.ts'
import type { ReplayResult } from '../results.ts'
import type { Arena } from './arena.ts'
import { type ReplayTime, replayAll } from './replay.ts'

interface Contest {
  readonly messages: number
  readonly rounds: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

const warmUpMessages = 2000

/** Peers and we in turn, in every round in another order, each over freshly written messages. */
export async function measureReplays(
  arena: Arena,
  console: RunningConsole,
  { messages, rounds, signal, say }: Contest,
): Promise<ReplayResult> {
  const ours: ReplayTime[] = []
  const peerTimes = new Map(arena.peers.map((peer) => [peer.id, [] as number[]]))
  const runOurs = async (count: number) => {
    const field = await arena.prepare(count)
    const time = await replayAll(console, arena.broker.id, field, count)
    await arena.check(field, count)
    return time
  }
  const contestants = [
    ...arena.peers.map((peer) => async () => {
      const field = await arena.prepare(messages)
      const ms = await peer.run(field, messages)
      await arena.check(field, messages)
      peerTimes.get(peer.id)?.push(ms)
      say(`${peer.label}: ${speedOf(messages, ms)}`)
    }),
    async () => {
      const time = await runOurs(messages)
      ours.push(time)
      say(`Signalbox: ${speedOf(messages, time.runMs)}`)
    },
  ]
  // The first run of either side pays for connections and for code that is not compiled yet.
  for (const peer of arena.peers) await peer.run(await arena.prepare(warmUpMessages), warmUpMessages)
  await runOurs(warmUpMessages)
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      signal.throwIfAborted()
      await contestants[(round + turn) % contestants.length]?.()
    }
  }
  return {
    kind: arena.kind,
    label: arena.label,
    messages,
    peers: arena.peers.map(({ id, label }) => ({ id, label, ms: peerTimes.get(id) ?? [] })),
    ours: { id: 'signalbox', label: 'Signalbox', ms: ours.map((time) => time.runMs) },
    planMs: ours.map((time) => time.planMs),
    cpuSeconds: ours.map((time) => time.cpuSeconds),
  }
}

function speedOf(messages: number, ms: number): string {
  return `${Math.round((messages * 1000) / ms).toLocaleString('en')} messages/s`
}

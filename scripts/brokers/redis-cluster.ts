import { join } from 'node:path'
import { callRedis, launchRedis, probeRedis, writeRedisConfig } from './redis.ts'
import { portOf } from './run.ts'
import type { BrokerInstance, Recipe } from './types.ts'

const members = [1, 2, 3] as const
const slotRanges: Record<number, [string, string]> = {
  1: ['0', '5460'],
  2: ['5461', '10922'],
  3: ['10923', '16383'],
}

function nodePort(instance: BrokerInstance, member: number): number {
  return portOf(instance.ports, `node${member}`)
}

/** Gives an empty cluster its slots and lets the members meet; no effect on one that has them. */
async function joinMembers(instance: BrokerInstance): Promise<void> {
  const known = await callRedis(nodePort(instance, 1), ['cluster', 'info'])
  if (/^cluster_known_nodes:3/m.test(known)) return
  for (const member of members) {
    const [first, last] = slotRanges[member] ?? ['0', '0']
    const port = nodePort(instance, member)
    if (/^cluster_slots_assigned:0/m.test(await callRedis(port, ['cluster', 'info']))) {
      await callRedis(port, ['cluster', 'addslotsrange', first, last])
      await callRedis(port, ['cluster', 'set-config-epoch', String(member)])
    }
  }
  for (const member of members.slice(1)) {
    const bus = portOf(instance.ports, `bus${member}`)
    const address = ['127.0.0.1', String(nodePort(instance, member)), String(bus)]
    await callRedis(nodePort(instance, 1), ['cluster', 'meet', ...address])
  }
}

export const redisClusterRecipe: Recipe = {
  kind: 'redis-cluster',
  portNames: ['node1', 'node2', 'node3', 'bus1', 'bus2', 'bus3'],
  servers: /^redis-node/,
  stopMs: 5_000,
  describe(instance) {
    const nodes = members.map((member) => `127.0.0.1:${nodePort(instance, member)}`)
    return { urls: { redis: `redis://${nodes[0]}`, nodes: nodes.join(',') }, access: {} }
  },
  async prepare(instance) {
    for (const member of members) {
      writeRedisConfig(join(instance.dir, `node${member}`), nodePort(instance, member), [
        'cluster-enabled yes',
        'cluster-config-file nodes.conf',
        'cluster-node-timeout 2000',
        `cluster-port ${portOf(instance.ports, `bus${member}`)}`,
      ])
    }
  },
  launch: (instance) =>
    members.map((member) =>
      launchRedis(instance, join(instance.dir, `node${member}`), `redis-node${member}`),
    ),
  async probe(instance, signal) {
    const versions = await Promise.all(
      members.map((m) => probeRedis(nodePort(instance, m), undefined, signal)),
    )
    if (versions.some((version) => version === null)) return null
    await joinMembers(instance)
    const states = await Promise.all(
      members.map((m) => callRedis(nodePort(instance, m), ['cluster', 'info'])),
    )
    const whole = states.every(
      (state) => /^cluster_state:ok/m.test(state) && /^cluster_known_nodes:3/m.test(state),
    )
    return whole ? (versions[0] ?? null) : null
  },
}

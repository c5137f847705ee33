import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import amqplib, { type ChannelModel } from 'amqplib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrokerInstance, removeBroker } from '../../../scripts/brokers/index.ts'
import { type BrokerConnection, newCall } from '../contract/index.ts'
import { eventually } from '../testing/suite/support.ts'
import { ownBroker } from '../testing/test-brokers.ts'
import { connectTo, optionsFor } from './testing/harness.ts'

const call = () => newCall(20_000)
const run = promisify(execFile)

describe('the health of a RabbitMQ node', { timeout: 60_000 }, () => {
  let instance: BrokerInstance
  let connection: BrokerConnection
  let overAmqp: BrokerConnection
  let publisher: ChannelModel
  beforeAll(async () => {
    instance = await ownBroker('rabbitmq')
    const options = optionsFor(instance, '/')
    connection = await connectTo(options)
    overAmqp = await connectTo({ amqp: options.amqp })
    publisher = await amqplib.connect(instance.urls.amqp ?? '')
  }, 180_000)
  afterAll(async () => {
    await publisher?.close().catch(() => undefined)
    await overAmqp?.close()
    await connection?.close()
    if (instance) await removeBroker(instance.dir)
  }, 60_000)

  const setWatermark = (share: string) =>
    run('/bin/sh', [
      '-c',
      `. "${instance.access.environmentFile}"; "$RMQ/sbin/rabbitmqctl" -q set_vm_memory_high_watermark ${share}`,
    ])

  it('tells what it uses against its limits, its version and its start', async () => {
    const startedBefore = Date.now()
    const { nodes, blocked } = await eventually(15_000, async () => {
      const sample = await connection.sample([], call())
      expect(sample.nodes?.[0]?.readings.memory?.state).toBe('ok')
      return sample
    })
    expect(blocked).toBeUndefined()
    expect(nodes).toHaveLength(1)
    const [node] = nodes ?? []
    expect(node).toMatchObject({ state: 'running', version: instance.version, problems: [] })
    const pairs = ['memory', 'fileHandles', 'sockets', 'processes'] as const
    for (const name of pairs) {
      const [used, limit] = [node?.readings[name], node?.readings[`${name}Limit`]]
      if (used?.state !== 'ok' || limit?.state !== 'ok') throw new Error(`${name} is not known`)
      expect(used.value).toBeLessThan(limit.value)
      expect(used.quality).toBe('approximate')
    }
    expect(node?.readings.disk).toMatchObject({ state: 'ok', unit: 'bytes' })
    const startedAt = Date.parse(node?.startedAt ?? '')
    // Counted back from its uptime, in whole seconds.
    expect(startedAt).toBeLessThan(startedBefore + 1_000)
    expect(startedAt).toBeGreaterThan(startedBefore - 180_000)
  })

  it('shows a memory alarm within two samples: the node, the block, who is held up; and its end', async () => {
    await setWatermark('0.0000001')
    try {
      const channel = await publisher.createChannel()
      channel.sendToQueue('nowhere', Buffer.from('held'))
      const { nodes, problems, blocked } = await eventually(10_000, async () => {
        const sample = await connection.sample([], call())
        expect(sample.blocked).toBeDefined()
        expect(sample.blocked).toMatch(/[1-9] connections? (is|are) held up/)
        return sample
      })
      const name = nodes?.[0]?.name ?? 'nothing'
      const words = new RegExp(
        `^Node ${name} is short of memory since \\d\\d:\\d\\d:\\d\\d UTC: publishers are blocked$`,
      )
      expect(nodes?.[0]?.problems.map(({ message }) => message)).toEqual([expect.stringMatching(words)])
      expect(problems).toContainEqual(expect.objectContaining({ scope: name, code: 'degraded' }))
      expect(blocked).toContain(`${name} is short of memory since`)
      const again = await connection.sample([], call())
      expect(again.nodes?.[0]?.problems, 'the sentence stays the same').toEqual(nodes?.[0]?.problems)
    } finally {
      await setWatermark('0.6')
    }
    await eventually(10_000, async () => {
      const sample = await connection.sample([], call())
      expect(sample.blocked).toBeUndefined()
      expect(sample.nodes?.[0]?.problems).toEqual([])
    })
  })

  it('without the management API tells no nodes, and does not claim to', async () => {
    const { abilities } = await overAmqp.probe(call())
    expect(abilities.nodes?.level).toBe('none')
    const { nodes, blocked } = await overAmqp.sample([], call())
    expect([nodes, blocked]).toEqual([undefined, undefined])
  })
})

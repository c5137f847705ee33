import { newCall } from '../../server/brokers/contract/index.ts'
import { sampleCluster } from '../../server/brokers/kafka/sample.ts'
import { SampleMemory } from '../../server/brokers/kafka/sample-memory.ts'
import { RateBook } from '../../server/sampler/rates.ts'
import type { LagResult } from '../results.ts'
import { type GeneratedSize, generateBrokers } from './generated.ts'

const size: GeneratedSize = { topics: 10_000, partitionsEach: 4, groups: 2_000, topicsEach: 5, brokers: 6 }

/**
 * A whole sample and its rates over generated answers; making the answers is measured with it, so the figure is an
 * upper bound. The first sample, which reads all settings, is not counted.
 */
export async function measurePure(rounds: number): Promise<LagResult> {
  const brokers = generateBrokers(size)
  const memory = new SampleMemory(brokers)
  const rates = new RateBook()
  const ms: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const startedAt = performance.now()
    const sample = await sampleCluster(brokers, memory, [], newCall(60_000))
    for (const one of sample.destinations) rates.observe(one.ref.name, one.counters)
    for (const one of sample.destinations) rates.withRates(one.ref.name, one.readings, sample.atMs)
    const tookMs = performance.now() - startedAt
    if (round > 0) ms.push(tookMs)
    expectWhole(sample.destinations.length, sample.groups.length)
  }
  const { topics, partitionsEach, groups } = size
  return { id: 'pure', label: 'generated answers', topics, partitions: topics * partitionsEach, groups, ms }
}

function expectWhole(topics: number, groups: number): void {
  if (topics !== size.topics || groups !== size.groups)
    throw new Error(`The sample holds ${topics} topics and ${groups} groups`)
}

import type { Cluster } from './cluster.ts'
import { EndHistory } from './end-history.ts'
import { RecordTimes } from './record-times.ts'
import { TopicFacts } from './topic-facts.ts'

/** What one sample leaves for the next ones of the same connection. */
export class SampleMemory {
  readonly facts: TopicFacts
  readonly times = new RecordTimes()
  readonly history = new EndHistory()
  /** Where brokers were when they were last in the cluster. */
  readonly addresses = new Map<number, { readonly host: string; readonly port: number }>()

  constructor(cluster: Pick<Cluster, 'any' | 'metadata'>) {
    this.facts = new TopicFacts(cluster)
  }
}

import type { OffsetsFacet } from '../../contract/index.ts'
import type { Cluster } from '../cluster.ts'
import type { TopicFacts } from '../topic-facts.ts'
import { applyOffsets } from './apply.ts'
import { planOffsets } from './plan.ts'

/** Where groups stand, and moving them: classic and KIP-848 groups by commits, share groups by their start. */
export function offsetsFacet(cluster: Cluster, facts: TopicFacts): OffsetsFacet {
  return {
    plan: (key, request, call) => planOffsets(cluster, facts, key, request, call),
    apply: (key, rows, call) => applyOffsets(cluster, key, rows, call),
  }
}

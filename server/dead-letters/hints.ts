import { type DeadLetterEdge, type DestinationRef, sameRef } from '../brokers/contract/index.ts'
import type { FailureHints } from './contract.ts'

/** What topology and configuration know of the messages that lie in `ref`: their origins, and the names of their failure fields. */
export function hintsOf(edges: readonly DeadLetterEdge[], ref: DestinationRef): FailureHints {
  const into = edges.filter((edge) => edge.role === 'dead-letter' && edge.to && sameRef(edge.to, ref))
  const fields = into.find((edge) => edge.fields)?.fields
  const origins = into.map((edge) => edge.from)
  return { fields, origins: origins.filter((one, at) => at === origins.findIndex((o) => sameRef(o, one))) }
}

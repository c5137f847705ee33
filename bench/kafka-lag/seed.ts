import { setTimeout as sleep } from 'node:timers/promises'
import { newCall } from '../../server/brokers/contract/index.ts'
import { Cluster } from '../../server/brokers/kafka/cluster.ts'
import { type OffsetsToSet, offsetCommitApi } from '../../server/brokers/kafka/protocol/commit.ts'
import { findCoordinatorApi } from '../../server/brokers/kafka/protocol/groups.ts'

/** Commits for groups without members; a client's own way would join and leave each of them. */
export async function commitAsNobody(
  address: string,
  groups: readonly { readonly group: string; readonly topics: readonly OffsetsToSet[] }[],
): Promise<void> {
  const cluster = new Cluster({ bootstrap: [address] }, 'bench')
  try {
    for (const one of groups) await commitOne(cluster, one)
  } finally {
    cluster.close()
  }
}

/** A fresh broker makes its offsets topic when it is first asked for a coordinator, and then loads it. */
async function commitOne(
  cluster: Cluster,
  request: { readonly group: string; readonly topics: readonly OffsetsToSet[] },
): Promise<void> {
  for (let left = 100; ; left -= 1) {
    const [found] = await cluster.any(findCoordinatorApi, { groups: [request.group] }, newCall(30_000))
    if (found?.error === 0) {
      const rows = await cluster.node(found.node, offsetCommitApi, request, newCall(30_000))
      if (rows.every((row) => row.error === 0)) return
    }
    if (left === 0) throw new Error(`Commits of ${request.group} were refused`)
    await sleep(200)
  }
}

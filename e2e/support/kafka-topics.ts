import type { Admin, ITopicConfig } from 'kafkajs'

/** Creates topics and waits until each partition has a leader: kafkajs' own waiting fails when the first metadata it reads is older. */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics })
  const names = topics.map(({ topic }) => topic)
  for (let left = 100; ; left -= 1) {
    const seen = await admin.fetchTopicMetadata({ topics: names }).catch(() => null)
    const partitions = seen?.topics.flatMap((topic) => topic.partitions) ?? []
    const wanted = topics.reduce((sum, topic) => sum + (topic.numPartitions ?? 1), 0)
    if (partitions.length >= wanted && partitions.every(({ leader }) => leader >= 0)) {
      // A leader that is named may not know of it yet: kafkajs would send again to those that took their part.
      const asked = names.map((topic) => admin.fetchTopicOffsets(topic))
      if ((await Promise.allSettled(asked)).every(({ status }) => status === 'fulfilled')) return
    }
    if (left === 0) throw new Error(`${names.join(', ')}: no leaders yet`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

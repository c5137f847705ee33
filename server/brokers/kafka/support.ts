import type { Support } from '../contract/index.ts'
import { topicAbilities } from './abilities.ts'
import type { TopicMeta } from './protocol/metadata.ts'

const topic: TopicMeta = { error: 0, name: 'any', id: '', internal: false, partitions: [], operations: null }

export const support: readonly Support[] = [
  {
    sort: 'topic',
    abilities: topicAbilities(topic, 'delete'),
    refusals: [topicAbilities(topic, 'compact')],
  },
]

import type { FailureReason } from '../../../lib/schemas/message.ts'
import { mapFact, type Reader } from './facts.ts'

const p = '__dlq.errors.'

/** Share groups (KIP-1191, Kafka 4.4): by default a pointer without key and value, the original stays in its topic. */
export const kafkaShareReader: Reader = {
  name: 'kafka-share',
  owns: /^__dlq\.errors\./,
  read(view) {
    if (!view.has(`${p}topic`, `${p}group`)) return null
    const message = view.text(`${p}message`, 'as the broker says')
    const reason = mapFact(message, (text): FailureReason => {
      if (/delivery count exceeded/i.test(text)) return 'delivery_limit'
      return /rejected/i.test(text) ? 'rejected' : 'unknown'
    })
    return {
      facts: {
        destination: view.text(`${p}topic`, 'topic it was read from'),
        partition: view.count(`${p}partition`, 'origin.partition', 'text'),
        offset: view.long(`${p}offset`, 'origin.offset', 'text'),
        attempts: view.count(`${p}delivery.count`, 'attempts', 'deliveries counted by the broker'),
        consumer: view.text(`${p}group`, 'share group'),
        message,
        reason,
      },
    }
  },
}

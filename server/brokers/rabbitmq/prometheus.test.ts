import { expect, it } from 'vitest'
import { parseQueueDepths } from './prometheus.ts'

it('reads depths by vhost and queue, with every character a label may hold', () => {
  const text = [
    '# TYPE rabbitmq_detailed_queue_messages gauge',
    'rabbitmq_detailed_queue_messages{vhost="/",queue="a"} 3',
    'rabbitmq_detailed_queue_messages_ready{vhost="/",queue="a"} 2',
    'rabbitmq_detailed_queue_messages_unacked{vhost="/",queue="a"} 1 1700000000',
    'rabbitmq_detailed_queue_consumers{vhost="/",queue="a"} 0',
    String.raw`rabbitmq_detailed_queue_messages{vhost="v",queue="q\"}\\ \n x"} 7`,
    'rabbitmq_detailed_queue_messages{vhost="/",queue="bad"} NaN',
    'rabbitmq_other{vhost="/",queue="a"} 9',
  ].join('\n')
  expect([...parseQueueDepths(text)]).toEqual([
    ['/\0a', { depth: 3, ready: 2, unacked: 1, consumers: 0 }],
    ['v\0q"}\\ \n x', { depth: 7 }],
  ])
})

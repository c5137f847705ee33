import { expect, it } from 'vitest'
import { parseScrape, sumMetric } from './prometheus.ts'

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
  expect([...parseScrape(text).queues]).toEqual([
    ['/\0a', { depth: 3, ready: 2, unacked: 1, consumers: 0 }],
    ['v\0q"}\\ \n x', { depth: 7 }],
  ])
})

it('reads work, counters of 4.x, types, and who answered', () => {
  const text = [
    'rabbitmq_detailed_queue_messages{vhost="/",queue="a"} 3',
    'rabbitmq_detailed_queue_process_reductions_total{vhost="/",queue="a"} 120',
    'rabbitmq_detailed_queue_messages_delivered_ack_total{vhost="/",queue="a"} 5',
    'rabbitmq_detailed_queue_get_ack_total{vhost="/",queue="a"} 2',
    'rabbitmq_detailed_queue_messages_acked_total{vhost="/",queue="a"} 4',
    'rabbitmq_detailed_queue_exchange_messages_published_total{queue_vhost="/",queue="a",exchange_vhost="/",exchange=""} 6',
    'rabbitmq_detailed_queue_exchange_messages_published_total{queue_vhost="/",queue="a",exchange_vhost="/",exchange="x"} 1',
    'rabbitmq_detailed_queue_exchange_messages_published_total{queue_vhost="/",queue="nowhere",exchange_vhost="/",exchange=""} 1',
    'rabbitmq_detailed_queue_info{vhost="/",queue="a",queue_type="rabbit_quorum_queue",membership="leader"} 1',
    'rabbitmq_detailed_erlang_uptime_seconds 84.5',
    'rabbitmq_identity_info{rabbitmq_node="rabbit@a",rabbitmq_cluster="shop",rabbitmq_cluster_permanent_id="id"} 1',
  ].join('\n')
  const { queues, ...from } = parseScrape(text)
  expect([...queues]).toEqual([
    ['/\0a', { depth: 3, reductions: 120, delivered: 7, acked: 4, published: 7, type: 'quorum' }],
  ])
  expect(from).toEqual({ node: 'rabbit@a', cluster: 'shop', uptimeMs: 84_500 })
})

it('adds up a count over its labels, and knows one that is not there', () => {
  const text = [
    '# HELP rabbitmq_global_messages_dead_lettered_expired_total Total',
    'rabbitmq_global_messages_dead_lettered_expired_total{queue_type="a"} 3',
    'rabbitmq_global_messages_dead_lettered_expired_total{queue_type="b"} 4',
    'rabbitmq_global_messages_dead_lettered_expired_total_more 9',
    'rabbitmq_connections 2',
  ].join('\n')
  expect(sumMetric(text, 'rabbitmq_global_messages_dead_lettered_expired_total')).toBe(7)
  expect(sumMetric(text, 'rabbitmq_connections')).toBe(2)
  expect(sumMetric(text, 'rabbitmq_channels')).toBeNull()
})

import type { Header, HeaderItem } from '../../../../lib/schemas/header.ts'
import { headerFromBytes, textHeader } from '../../contract/index.ts'
import type { Content } from '../engine/content.ts'
import { buryForeign, isForeign } from './foreign-failures.ts'

export interface Cause {
  readonly reason: 'rejected' | 'expired' | 'delivery_limit' | 'maxlen'
  /** How often the worker tries before it gives up. */
  readonly attempts: number
  /** Whose headers tell of it; without it, those of RabbitMQ and a Spring worker. */
  readonly style?: 'masstransit' | 'nservicebus'
  readonly errorClass?: string
  readonly message?: string
  readonly stack?: readonly string[]
  /** The body was cut on its way: no try can succeed. */
  readonly isCut?: boolean
}

export const declinedCause: Cause = {
  reason: 'rejected',
  attempts: 1,
  errorClass: 'com.shop.payments.CardDeclinedError',
  message: 'Gateway nova declined the card: field "cardToken" is missing (got "token")',
  stack: [
    'at com.shop.payments.NovaGateway.charge(NovaGateway.java:118)',
    'at com.shop.payments.PaymentService.capture(PaymentService.java:64)',
    'at com.shop.payments.PaymentListener.onMessage(PaymentListener.java:41)',
    'at org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer.doInvokeListener(AbstractMessageListenerContainer.java:1670)',
  ],
}

export const unreadableCause: Cause = {
  reason: 'rejected',
  attempts: 1,
  errorClass: 'com.fasterxml.jackson.core.JsonParseException',
  message: 'Unexpected end-of-input: expected close marker for Object (start marker at line: 1, column: 1)',
  stack: [
    'at com.fasterxml.jackson.core.JsonParser._constructError(JsonParser.java:2477)',
    'at com.shop.common.JsonBody.read(JsonBody.java:29)',
    'at com.shop.orders.OrderListener.onMessage(OrderListener.java:52)',
  ],
  isCut: true,
}

/** What fails in `orders`, in turn. */
export const orderCauses: readonly Cause[] = [
  {
    reason: 'rejected',
    attempts: 3,
    errorClass: 'com.shop.stock.ReservationTimeoutException',
    message: 'Stock service did not answer within 5000 ms',
    stack: [
      'at com.shop.stock.StockClient.reserve(StockClient.java:87)',
      'at com.shop.orders.OrderService.place(OrderService.java:133)',
      'at com.shop.orders.OrderListener.onMessage(OrderListener.java:58)',
    ],
  },
  { reason: 'expired', attempts: 0 },
  unreadableCause,
  {
    reason: 'rejected',
    attempts: 3,
    errorClass: 'com.shop.customers.UnknownCustomerException',
    message: 'No customer with this id in region EU',
    stack: [
      'at com.shop.customers.CustomerDirectory.require(CustomerDirectory.java:45)',
      'at com.shop.orders.OrderService.place(OrderService.java:97)',
      'at com.shop.orders.OrderListener.onMessage(OrderListener.java:58)',
    ],
  },
  { reason: 'delivery_limit', attempts: 5 },
  {
    reason: 'rejected',
    attempts: 1,
    style: 'masstransit',
    errorClass: 'Shop.Fulfilment.NoCarrierException',
    message: 'No carrier delivers to this country',
    stack: [
      'at Shop.Fulfilment.CarrierTable.Choose(String country) in /src/Fulfilment/CarrierTable.cs:line 41',
      'at Shop.Fulfilment.OrderConsumer.Consume(ConsumeContext`1 context) in /src/Fulfilment/OrderConsumer.cs:line 27',
    ],
  },
  {
    reason: 'rejected',
    attempts: 1,
    style: 'nservicebus',
    errorClass: 'System.TimeoutException',
    message: 'The tax service did not answer within 30 s',
    stack: [
      'at Shop.Tax.TaxClient.QuoteAsync(Order order) in /src/Tax/TaxClient.cs:line 63',
      'at Shop.Tax.OrderHandler.Handle(OrderCreated message) in /src/Tax/OrderHandler.cs:line 19',
    ],
  },
]

export interface Death {
  readonly cause: Cause
  readonly queue: string
  readonly exchange: string
  readonly routingKey: string
  readonly atMs: number
  /** The retry queue it went through, if any. */
  readonly retryQueue?: string | undefined
}

const text = (value: string): HeaderItem => ({ type: 'string', value })
const header = (name: string, item: HeaderItem): Header => ({ name, ...item })

function deathEntry(queue: string, reason: string, count: number, death: Death): HeaderItem {
  const seconds = String(Math.floor(death.atMs / 1_000))
  const value: Header[] = [
    header('count', { type: 'int64', value: String(count) }),
    header('reason', text(reason)),
    header('queue', text(queue)),
    header('time', { type: 'timestamp', value: seconds }),
    header('exchange', text(death.exchange)),
    header('routing-keys', { type: 'list', value: [text(death.routingKey)] }),
  ]
  return { type: 'table', value }
}

const writtenHere = new Set([
  'x-death',
  'x-first-death-queue',
  'x-first-death-reason',
  'x-first-death-exchange',
  'x-exception-message',
  'x-exception-stacktrace',
  'x-original-exchange',
  'x-original-routingKey',
  'x-delivery-count',
])

/** How often it died here before, by the x-death it still carries. */
function earlierDeaths(headers: readonly Header[], queue: string): number {
  const entries = headers.find(({ name }) => name === 'x-death')?.value
  if (!Array.isArray(entries)) return 0
  for (const entry of entries) {
    const fields = Array.isArray(entry.value) ? (entry.value as Header[]) : []
    const field = (name: string) => fields.find((candidate) => candidate.name === name)?.value
    if (field('queue') === queue) return Number(field('count') ?? 0)
  }
  return 0
}

/** The content as it lies in the dead-letter queue: as RabbitMQ and a Spring worker would leave it. */
export function buryContent(content: Content, death: Death): Content {
  const { cause, queue } = death
  if (cause.style) return buryForeign(content, death)
  const count =
    earlierDeaths(content.headers, queue) + Math.max(1, cause.reason === 'rejected' ? cause.attempts : 1)
  const entries = [deathEntry(queue, cause.reason, count, death)]
  if (death.retryQueue && cause.attempts > 1)
    entries.push(deathEntry(death.retryQueue, 'expired', cause.attempts - 1, death))
  const headers: Header[] = [
    ...content.headers.filter(({ name }) => !writtenHere.has(name) && !isForeign(name)),
    header('x-death', { type: 'list', value: entries }),
    textHeader('x-first-death-queue', queue),
    textHeader('x-first-death-reason', cause.reason),
    textHeader('x-first-death-exchange', death.exchange),
  ]
  if (cause.reason === 'delivery_limit')
    headers.push(header('x-delivery-count', { type: 'int64', value: String(cause.attempts) }))
  if (cause.errorClass) {
    const stack = [`${cause.errorClass}: ${cause.message}`, ...(cause.stack ?? []).map((line) => `\t${line}`)]
    headers.push(
      textHeader('x-exception-message', cause.message ?? ''),
      textHeader('x-exception-stacktrace', stack.join('\n')),
      textHeader('x-original-exchange', death.exchange),
      textHeader('x-original-routingKey', death.routingKey),
    )
  }
  const body =
    cause.isCut && content.body
      ? content.body.subarray(0, Math.ceil(content.body.byteLength * 0.6))
      : content.body
  return { ...content, headers, body }
}

function wholeNumber(name: string, bytes: 4 | 8, value: number): Header {
  const buffer = Buffer.alloc(bytes)
  if (bytes === 4) buffer.writeInt32BE(value)
  else buffer.writeBigInt64BE(BigInt(value))
  return headerFromBytes(name, buffer)
}

export interface RecordOrigin {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestampMs: number
  readonly group: string
}

/** A record of a dead-letter topic, as Spring Kafka's recoverer writes it (numbers big-endian). */
export function buryRecord(content: Content, origin: RecordOrigin): Content {
  const message = 'Stock would become negative: -3'
  const fqcn = 'com.shop.stock.NegativeStockException'
  const stack = [
    'org.springframework.kafka.listener.ListenerExecutionFailedException: Listener failed',
    '\tat org.springframework.kafka.listener.KafkaMessageListenerContainer.invokeOnMessage(KafkaMessageListenerContainer.java:2873)',
    `Caused by: ${fqcn}: ${message}`,
    '\tat com.shop.stock.StockLedger.apply(StockLedger.java:71)',
    '\tat com.shop.stock.StockListener.onMessage(StockListener.java:33)',
  ]
  const headers: Header[] = [
    ...content.headers,
    textHeader(
      'kafka_dlt-exception-fqcn',
      'org.springframework.kafka.listener.ListenerExecutionFailedException',
    ),
    textHeader('kafka_dlt-exception-cause-fqcn', fqcn),
    textHeader('kafka_dlt-exception-message', message),
    textHeader('kafka_dlt-exception-stacktrace', stack.join('\n')),
    textHeader('kafka_dlt-original-topic', origin.topic),
    wholeNumber('kafka_dlt-original-partition', 4, origin.partition),
    wholeNumber('kafka_dlt-original-offset', 8, origin.offset),
    wholeNumber('kafka_dlt-original-timestamp', 8, origin.timestampMs),
    textHeader('kafka_dlt-original-timestamp-type', 'CreateTime'),
    textHeader('kafka_dlt-original-consumer-group', origin.group),
  ]
  return { ...content, headers }
}

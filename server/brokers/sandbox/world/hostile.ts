import type { Header } from '../../../../lib/schemas/header.ts'
import { headerFromBytes, textHeader } from '../../contract/index.ts'
import type { SandboxBroker } from '../engine/broker.ts'
import type { Content } from '../engine/content.ts'
import { buryContent } from './failures.ts'

const minuteMs = 60_000
const markup = '<script>alert("orders")</script>'
const long = 'shop.production.eu-central-1.checkout.'.repeat(7).slice(0, 254).concat('Z')
const image = '"><img src=x onerror=alert(1)>'

/** Names a broker accepts and a page must survive: each is drawn whole, in its place, as text. */
export const hostileNames: readonly string[] = [
  'invoices-\u202egnp.exe',
  'pay\u200bments\u200d\ufeff',
  `it's "quoted" \`ticked\` & <b>bold</b>`,
  long,
  'two\nlines\tand a tab\r',
  '🛒-orders-🧨',
  '100%-%2F-%00-%zz',
  '/a//b/../c/',
  '..',
  ' ',
  '__proto__',
  'طلبات-جديدة',
]

const json = (value: string) => Buffer.from(value)
const bodies: readonly Uint8Array[] = [
  json(`{"note":${JSON.stringify(markup)},"__proto__":{"admin":true},"id":9223372036854775807}`),
  json(`"\u202eabc\u202c \u200b ${image}"`),
  json(`${'['.repeat(300)}1${']'.repeat(300)}`),
  json(`{"line":"${'x'.repeat(20_000)}"}`),
  Buffer.from([0, 0xff, 0xfe, 0x80, 0x0a, 0x0d, 0x1b, 0x5b, 0x33, 0x31, 0x6d]),
  json(''),
  json('first line\nsecond line\r\n\ttabbed\u0000ended'),
  json('{"a":1,"a":2,"not json"'),
]

function contentAt(index: number): Content {
  const headers: Header[] = [
    textHeader('type', markup),
    textHeader('a header\nof two lines', 'first\nsecond'),
    textHeader('twice', 'one'),
    textHeader('twice', 'two'),
    textHeader(long, '%s %n \u202eright to left\u202c'),
    headerFromBytes('bytes', Buffer.from([0xde, 0xad, 0xbe, 0xef])),
  ]
  return {
    key: null,
    body: bodies[index % bodies.length] ?? null,
    headers,
    properties: { contentType: 'application/json', messageId: `${image}-${index}`, [long]: markup },
  }
}

/**
 * A broker whose names, keys, headers and bodies are what an attacker or an accident would write. Nothing
 * moves in it: what it holds is what the pages have to draw.
 */
export function settleHostile(broker: SandboxBroker): void {
  const { bornMs } = broker
  const dead = `${markup}.dlq`
  broker.exchanges.set(image, 'topic')
  broker.exchanges.set('..', 'direct')
  broker.addQueue(markup, { deadLetter: { exchange: image, key: '#', to: dead } }).consumers = [
    { tag: image, host: long, prefetch: 1 },
  ]
  const letters = broker.addQueue(dead)
  for (const name of hostileNames) broker.addQueue(name)
  broker.bindings.push(
    { exchange: image, pattern: 'a.\u202e#', queue: markup },
    { exchange: '..', pattern: long, queue: long },
  )
  for (const [index, name] of [...hostileNames, markup].entries()) {
    const queue = broker.queues.get(name)
    if (queue) broker.push(queue, { timestampMs: bornMs - index * minuteMs, content: contentAt(index) })
  }
  for (let index = 0; index < 24; index += 1) {
    const atMs = bornMs - (24 - index) * minuteMs
    const cause = {
      reason: 'rejected',
      attempts: 3,
      errorClass: index % 2 === 0 ? `com.shop.${'Very'.repeat(40)}LongException` : markup,
      message: index % 3 === 0 ? `${image}\nsecond line \u202edesrever\u202c` : 'x'.repeat(2_000),
      stack: [`at ${long}(${markup}:1)`],
    } as const
    const death = { cause, queue: markup, exchange: image, routingKey: '..%2F..', atMs }
    broker.push(letters, {
      timestampMs: atMs,
      content: buryContent(contentAt(index), death),
      exchange: image,
    })
  }
  settleTopic(broker)
}

function settleTopic(broker: SandboxBroker): void {
  const log = broker.addLog('..%2F..', 2)
  for (let index = 0; index < 16; index += 1) {
    const key = Buffer.from(hostileNames[index % hostileNames.length] ?? '')
    broker.append(log, index % 2, broker.bornMs - (16 - index) * minuteMs, { ...contentAt(index), key })
  }
  const group = broker.addGroup(`readers of ${image}`, log)
  group.members = [{ id: long, client: markup, host: '\u202ehost', partitions: [0] }]
  group.committed[0] = 2
  group.pending = [{ partition: 0, offset: 2, member: long, sinceMs: broker.bornMs, deliveries: 1 }]
}

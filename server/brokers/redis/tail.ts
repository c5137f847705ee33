import {
  BrokerError,
  type BrokerMessage,
  type Call,
  type DestinationRef,
  pause,
  type TailFacet,
} from '../contract/index.ts'
import { runPipeline } from './client.ts'
import { type Context, expectType, keyOf, unsupportedType } from './context.ts'
import { toBrokerError } from './errors.ts'
import { messageOfEntry } from './map.ts'
import { bytesOf, listOf } from './reply.ts'
import { readStreamInfo } from './stream-info.ts'

export function openTail(context: Context): TailFacet {
  return {
    follow: (ref, call) => {
      if (ref.type === 'stream') return followStream(context, ref, call)
      if (ref.type === 'channel') return followChannel(context, ref, call)
      throw unsupportedType(ref, 'followed')
    },
  }
}

function isOver(call: Call): boolean {
  return call.signal.aborted || Date.now() >= call.deadlineAt
}

const blockMs = 1_000
const entriesPerRead = 100

/** A stream keeps everything, so a lost connection costs nothing: reading goes on after the last id seen. */
async function* followStream(
  context: Context,
  ref: DestinationRef,
  call: Call,
): AsyncGenerator<BrokerMessage> {
  const key = keyOf(context, ref)
  const [type, info] = await context.link.run(
    key,
    [
      ['TYPE', key],
      ['XINFO', 'STREAM', key],
    ],
    call,
  )
  expectType(type, ref)
  let last = readStreamInfo(info).lastGeneratedId
  let failures = 0
  while (!isOver(call)) {
    let client: Awaited<ReturnType<typeof connect>> | null = null
    try {
      client = await connect(context, key, call)
      while (!isOver(call)) {
        const [reply] = await runPipeline(
          client,
          [['XREAD', 'COUNT', entriesPerRead, 'BLOCK', blockMs, 'STREAMS', key, last]],
          call,
        )
        failures = 0
        if (reply === null) continue
        const [stream] = listOf(reply)
        for (const row of listOf(listOf(stream)[1])) {
          const message = messageOfEntry(row, context.options.bodyField)
          if (!message) continue
          last = message.id
          yield message
        }
      }
    } catch (error) {
      if (isOver(call)) return
      const failure = toBrokerError(error)
      if (failure.code !== 'unreachable' || ++failures > 20) throw failure
      context.link.refresh()
      await pause(call, Math.min(250 * failures, 2_000)).catch(() => undefined)
    } finally {
      client?.disconnect()
    }
  }
}

async function connect(context: Context, key: Buffer, call: Call) {
  const node = await context.link.nodeOf(key, call)
  return node.dedicate(call)
}

const heldAtMost = 10_000

/** What is published while nobody listens is gone, so a lost connection ends the tail and says so. */
async function* followChannel(
  context: Context,
  ref: DestinationRef,
  call: Call,
): AsyncGenerator<BrokerMessage> {
  const channel = keyOf(context, ref)
  const client = await connect(context, channel, call)
  const held: BrokerMessage[] = []
  let number = 0
  let failure: BrokerError | null = null
  let wake: () => void = () => undefined
  const onOver = () => wake()
  client.on('messageBuffer', (_channel: Buffer, body: Buffer) => {
    if (held.length >= heldAtMost)
      failure = new BrokerError('throttled', `${ref.name} speaks faster than it is read`)
    else held.push(heardMessage(body, context.deps.now(), number++))
    wake()
  })
  client.on('end', () => {
    failure ??= new BrokerError('unreachable', 'The subscription was lost; what was published since is gone')
    wake()
  })
  call.signal.addEventListener('abort', onOver)
  const timer = setTimeout(onOver, Math.min(Math.max(0, call.deadlineAt - Date.now()), 2_147_483_647))
  try {
    await client.subscribe(channel)
    while (!isOver(call)) {
      const message = held.shift()
      if (message) yield message
      else if (failure) throw failure
      else
        await new Promise<void>((resolve) => {
          wake = resolve
          if (held.length > 0 || failure || isOver(call)) resolve()
        })
    }
  } catch (error) {
    if (!isOver(call)) throw toBrokerError(error)
  } finally {
    clearTimeout(timer)
    call.signal.removeEventListener('abort', onOver)
    client.disconnect()
  }
}

function heardMessage(payload: Buffer, atMs: number, number: number): BrokerMessage {
  const body = bytesOf(payload)
  return {
    id: `${atMs}-${number}`,
    position: `${atMs}-${number}`,
    key: null,
    body,
    headers: [],
    properties: {},
    timestampMs: atMs,
    sizeBytes: body.length,
  }
}

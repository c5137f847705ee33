import { readFileSync } from 'node:fs'
import { Redis, type RedisOptions } from 'ioredis'
import { type Call, type DriverDeps, within } from '../contract/index.ts'
import { toBrokerError } from './errors.ts'
import { type Access, type Address, type TlsOptions, textOfAddress } from './options.ts'
import type { Reply } from './reply.ts'

export type Command = readonly [name: string, ...args: (string | Buffer | number)[]]

/** One Redis server: a shared connection for requests, opened by the first call and again after each loss. */
export interface Node {
  readonly id: string
  /** One pipeline on the shared connection; error replies stand in place. Throws when it could not be sent or heard. */
  run(commands: readonly Command[], call: Call): Promise<Reply[]>
  /** A connection of its own (blocking reads, subscriptions, publishing); the caller disconnects it. */
  dedicate(call: Call): Promise<Redis>
  close(): void
}

export function openNode(address: Address, access: Access, deps: DriverDeps): Node {
  const options = clientOptions(address, access, deps)
  const open = new Set<Redis>()
  let current: Redis | null = null
  let connecting: Promise<Redis> | null = null

  async function connect(socketTimeout: number | undefined): Promise<Redis> {
    const client = new Redis(socketTimeout === undefined ? options : { ...options, socketTimeout })
    let lastError: unknown
    open.add(client)
    client.on('error', (error) => {
      lastError = error
    })
    client.on('end', () => open.delete(client))
    try {
      await client.connect()
      return client
    } catch (error) {
      client.disconnect()
      throw toBrokerError(lastError ?? error)
    }
  }

  async function shared(call: Call): Promise<Redis> {
    if (current?.status === 'ready') return current
    connecting ??= connect(15_000)
      .then((client) => {
        current = client
        return client
      })
      .finally(() => {
        connecting = null
      })
    return within(call, connecting)
  }

  return {
    id: textOfAddress(address),
    run: async (commands, call) => runPipeline(await shared(call), commands, call),
    dedicate: async (call) => {
      const opening = connect(undefined)
      return within(call, opening, () => {
        opening.then(
          (client) => client.disconnect(),
          () => undefined,
        )
      })
    },
    close: () => {
      for (const client of open) client.disconnect()
    },
  }
}

/** Sends the commands as one pipeline, binary-safe, and answers their replies in order. */
export async function runPipeline(client: Redis, commands: readonly Command[], call: Call): Promise<Reply[]> {
  if (commands.length === 0) return []
  const pipeline = client.pipeline()
  for (const [name, ...args] of commands) pipeline.callBuffer(name, args)
  try {
    const results = await within(call, pipeline.exec())
    return (results ?? []).map(([error, value]) => error ?? value)
  } catch (error) {
    throw toBrokerError(error)
  }
}

type ClientOptions = Omit<RedisOptions, 'replyMapping' | 'tls'> & {
  readonly tls?: NonNullable<RedisOptions['tls']>
}

/**
 * Nothing is resent and nothing queued: whether a lost command ran is for the caller to say, and the next call
 * connects anew. RESP2 needs no HELLO and has every reply used here; integers arrive as text, exact beyond 2^53.
 */
function clientOptions(address: Address, access: Access, deps: DriverDeps): ClientOptions {
  return {
    host: address.host,
    port: address.port,
    db: access.db,
    lazyConnect: true,
    protocol: 2,
    stringNumbers: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    connectTimeout: 5_000,
    disableClientInfo: true,
    connectionName: `signalbox-${deps.brokerId}`,
    ...(access.username === undefined ? {} : { username: access.username }),
    ...(access.password === undefined ? {} : { password: access.password }),
    ...tlsPart(access.tls),
  }
}

function tlsPart(tls: TlsOptions): Pick<ClientOptions, 'tls'> {
  if (tls === false) return {}
  if (tls === true) return { tls: {} }
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file))
  const [ca, cert, key] = [read(tls.caFile), read(tls.certFile), read(tls.keyFile)]
  return { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }
}

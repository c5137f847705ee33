import { createServer, type Server, type Socket } from 'node:net'
import { Writer } from '@platformatic/kafka'
import { afterEach, describe, expect, it } from 'vitest'
import { newCall } from '../../contract/index.ts'
import { Cluster } from '../cluster.ts'

const keys = { produce: 0, metadata: 3, handshake: 17, versions: 18, authenticate: 36 }

interface Fake {
  readonly address: string
  readonly sockets: Set<Socket>
  signIns: number
}

const servers: Server[] = []
const openSockets = new Set<Socket>()
afterEach(() => {
  for (const socket of openSockets) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

function listen(onData: (socket: Socket, bytes: Buffer) => void): Promise<Fake> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    openSockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => onData(socket, bytes))
  })
  servers.push(server)
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      resolve({ address: `127.0.0.1:${port}`, sockets, signIns: 0 })
    }),
  )
}

/** As much of a broker as a sign-in with a short session and a metadata request need. */
async function listenKafka(lifetimeMs: number): Promise<Fake> {
  const answer = (socket: Socket, bytes: Buffer) => {
    const [key, correlation] = [bytes.readInt16BE(4), bytes.readInt32BE(8)]
    const w = Writer.create().appendInt32(correlation)
    if (key === keys.versions) {
      w.appendInt16(0).appendArray(Object.values(keys), (a, known) =>
        a.appendInt16(known).appendInt16(0).appendInt16(20),
      )
      w.appendInt32(0).appendTaggedFields()
    } else if (key === keys.handshake) {
      w.appendInt16(0).appendArray(['PLAIN'], (a, name) => a.appendString(name, false), false, false)
    } else if (key === keys.authenticate) {
      fake.signIns++
      w.appendTaggedFields().appendInt16(0).appendString(null).appendBytes(Buffer.alloc(0))
      w.appendInt64(BigInt(lifetimeMs)).appendTaggedFields()
    } else {
      w.appendTaggedFields()
        .appendInt32(0)
        .appendArray([], () => undefined)
      w.appendString('cluster')
        .appendInt32(-1)
        .appendArray([], () => undefined)
      w.appendTaggedFields()
    }
    const size = Buffer.alloc(4)
    size.writeInt32BE(w.length)
    socket.write(Buffer.concat([size, w.buffer]))
  }
  const fake = await listen((socket, bytes) => {
    for (let at = 0; at < bytes.length; at += 4 + bytes.readInt32BE(at)) answer(socket, bytes.subarray(at))
  })
  return fake
}

const connect = (address: string) =>
  new Cluster({ bootstrap: [address], sasl: { mechanism: 'plain', username: 'u', password: 'p' } }, 'test')

describe('connections to a broker', () => {
  it('are replaced before their sign-in expires, and the old one is closed', async () => {
    const fake = await listenKafka(500)
    const cluster = connect(fake.address)
    for (let round = 0; round < 3; round++) {
      expect((await cluster.metadata([], newCall(2_000))).clusterId).toBe('cluster')
      expect(fake.signIns).toBe(round + 1)
      await new Promise((resolve) => setTimeout(resolve, 450))
      expect(fake.sockets.size).toBe(0)
    }
    cluster.close()
  })

  it('are shared by calls at the same time, and closed at the end', async () => {
    const fake = await listenKafka(0)
    const cluster = connect(fake.address)
    await Promise.all(Array.from({ length: 20 }, () => cluster.metadata([], newCall(2_000))))
    expect(fake.sockets.size).toBe(1)
    cluster.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(fake.sockets.size).toBe(0)
    await expect(cluster.metadata([], newCall(500))).rejects.toThrow('closed')
  })

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n\r\n', 'does not speak the Kafka protocol'],
    [Buffer.from([0x15, 3, 3, 0, 2, 2, 70, 0]), 'answers with TLS'],
  ])('say what the other side is when it is no plain Kafka broker', async (answer, words) => {
    const fake = await listen((socket) => socket.write(answer))
    const cluster = new Cluster({ bootstrap: [fake.address] }, 'test')
    await expect(cluster.metadata([], newCall(2_000))).rejects.toThrow(words)
    cluster.close()
  })

  it('ask a silent broker last', async () => {
    const silent = await listen(() => undefined)
    const fake = await listenKafka(0)
    const cluster = new Cluster(
      {
        bootstrap: [silent.address, fake.address],
        sasl: { mechanism: 'plain', username: 'u', password: 'p' },
      },
      'test',
    )
    await expect(cluster.metadata([], newCall(300))).rejects.toThrow('in time')
    expect((await cluster.metadata([], newCall(1_000))).clusterId).toBe('cluster')
    cluster.close()
  })
})

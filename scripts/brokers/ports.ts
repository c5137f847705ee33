import { createServer } from 'node:net'

// Below Linux's ephemeral range (32768 up), so that no outgoing connection takes a chosen port,
// and above the ports that people's own services use.
const firstPort = 20_000
const lastPort = 31_000

/** True when nothing listens on the port on loopback (or on all interfaces). */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** A block of neighbouring free ports, apart from `taken`; throws when there is none. */
export async function findFreeBlock(count: number, taken: ReadonlySet<number>): Promise<number[]> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const base = firstPort + Math.floor(Math.random() * (lastPort - firstPort - count))
    const block = Array.from({ length: count }, (_, offset) => base + offset)
    if (block.some((port) => taken.has(port))) continue
    const free = await Promise.all(block.map(isPortFree))
    if (free.every(Boolean)) return block
  }
  throw new Error(`no ${count} neighbouring free ports between ${firstPort} and ${lastPort}`)
}

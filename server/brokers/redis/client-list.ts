import { type Reply, textOf } from './reply.ts'

/** A line of CLIENT LIST: its fields by name, as this version of Redis has them. */
export type Client = ReadonlyMap<string, string>

export function parseClients(reply: Reply): Client[] {
  return textOf(reply)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const fields = line.split(' ').map((field): [string, string] => {
        const at = field.indexOf('=')
        return [field.slice(0, at), field.slice(at + 1)]
      })
      return new Map(fields)
    })
}

export const nameOfClient = (client: Client): string => client.get('name') ?? ''

/** Waits in XREADGROUP for entries. Which group it reads, Redis does not tell. */
export function isReadingGroup(client: Client): boolean {
  return (client.get('flags') ?? '').includes('b') && client.get('cmd') === 'xreadgroup'
}

/** A link of replication, ours or another server's: no client of an application. */
export function isReplication(client: Client): boolean {
  return /[SM]/.test(client.get('flags') ?? '')
}

import { type Reply, textOf } from './reply.ts'

/** INFO as a map of its lines. */
export type Info = ReadonlyMap<string, string>

export function parseInfo(reply: Reply): Info {
  const info = new Map<string, string>()
  for (const line of textOf(reply).split('\r\n')) {
    const at = line.indexOf(':')
    if (at > 0 && !line.startsWith('#')) info.set(line.slice(0, at), line.slice(at + 1))
  }
  return info
}

/** A number of INFO, or the count in an `errorstat_…:count=5`; null where this version does not tell it. */
export function infoNumber(info: Info, name: string): number | null {
  const text = info.get(name)?.replace(/^count=/, '')
  const value = Number(text)
  return text === undefined || text === '' || !Number.isFinite(value) ? null : value
}

/** Lists of INFO such as `slave0:ip=10.0.0.2,port=6379,state=online,offset=5,lag=0`, as maps. */
export function infoRows(info: Info, name: RegExp): ReadonlyMap<string, string>[] {
  return [...info]
    .filter(([key]) => name.test(key))
    .map(([, value]) => {
      const fields = value.split(',').map((field): [string, string] => {
        const at = field.indexOf('=')
        return [field.slice(0, at), field.slice(at + 1)]
      })
      return new Map(fields)
    })
}

import type { DestinationType } from '../../lib/schemas/destination.ts'
import { type DestinationInfo, type DestinationRef, encodeRef } from '../brokers/contract/index.ts'

/** Finds destinations by name within one namespace: names in headers carry no type. */
export class Places {
  readonly #byName = new Map<string, { readonly id: string; readonly ref: DestinationRef }[]>()

  constructor(destinations: readonly DestinationInfo[], ids: ReadonlyMap<DestinationInfo, string>) {
    for (const info of destinations) {
      const key = keyOf(info.ref.namespace, info.ref.name)
      const entry = { id: ids.get(info) ?? encodeRef(info.ref), ref: info.ref }
      const same = this.#byName.get(key)
      if (same) same.push(entry)
      else this.#byName.set(key, [entry])
    }
  }

  /** One that can hold messages, of the same type where there is a choice. */
  find(
    name: string,
    namespace: string | undefined,
    like: DestinationType,
  ): { readonly id: string; readonly ref: DestinationRef } | undefined {
    const all = this.#byName.get(keyOf(namespace, name))?.filter(({ ref }) => holdsMessages(ref.type)) ?? []
    return all.find(({ ref }) => ref.type === like) ?? all[0]
  }
}

/** An exchange or channel passes on and keeps nothing: nothing can lie dead in it. */
export function holdsMessages(type: DestinationType): boolean {
  return type !== 'exchange' && type !== 'channel' && type !== 'socket'
}

function keyOf(namespace: string | undefined, name: string): string {
  return JSON.stringify([namespace ?? null, name])
}

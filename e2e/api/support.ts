import { Console, type ConsoleOptions } from '../support/console.ts'
import { brokersOf, openPlaces, type Place } from '../support/places/index.ts'
import { CheckedApi } from './shapes/checked-api.ts'

export interface Bench {
  readonly server: Console
  readonly api: CheckedApi
  readonly places: readonly Place[]
  /** Removes the destination by the plain client when the bench is closed. */
  forget(place: Place, name: string): void
  close(): Promise<void>
}

/** A console over the brokers of these places and the sandbox. */
export async function openBench(titles: readonly string[], options: ConsoleOptions = {}): Promise<Bench> {
  const places = await openPlaces(titles)
  const brokers = options.brokers ?? brokersOf(places)
  const server = new Console({ ...options, brokers, settings: { sandbox: true, ...options.settings } })
  const made: (() => Promise<void>)[] = []
  try {
    await server.start()
    const api = await CheckedApi.open(server)
    return {
      server,
      api,
      places,
      forget: (place, name) => void made.push(() => place.remove(name)),
      close: async () => {
        await server.remove()
        for (const remove of made) await remove().catch(() => undefined)
        await Promise.all(places.map((place) => place.close()))
      },
    }
  } catch (error) {
    await server.remove()
    await Promise.all(places.map((place) => place.close()))
    throw error
  }
}

export interface Reading {
  readonly state: 'ok' | 'unsupported' | 'unavailable'
  readonly value?: number
  readonly quality?: 'exact' | 'approximate' | 'estimated'
  readonly at?: string
  readonly reason?: string
  readonly last?: { readonly value: number }
  readonly detail?: Readonly<Record<string, unknown>>
}
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
  readonly total?: number
  readonly problems?: readonly { readonly scope: string; readonly code: string; readonly message: string }[]
}
export interface ErrorBody {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly detail?: Readonly<Record<string, unknown>>
    readonly requestId: string
  }
}

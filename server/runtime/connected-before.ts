import type { Broker } from '../../lib/schemas/broker.ts'
import type { Storage } from '../storage/contract/index.ts'

type As = Pick<Broker, 'environment' | 'mode'>

const keyOf = (id: string) => `connected:${id}`

/** That a person connected a found broker, and as what: remembered over restarts. It holds no secret. */
export async function readConnected({ settings }: Storage, id: string): Promise<As | null> {
  const text = await settings.get(keyOf(id))
  return text === null ? null : (JSON.parse(text) as As)
}

export function rememberConnected({ settings }: Storage, id: string, as: As): Promise<void> {
  return settings.set(keyOf(id), JSON.stringify(as))
}

export function forgetConnected({ settings }: Storage, id: string): Promise<void> {
  return settings.remove(keyOf(id))
}

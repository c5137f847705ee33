import { sharedBroker } from '../brokers.ts'
import { openKafkaPlace } from './kafka.ts'
import type { Place } from './place.ts'
import { openRabbitmqPlace } from './rabbitmq.ts'
import { openRedisPlace } from './redis.ts'

export type { Given, Place } from './place.ts'

/** Every kind of destination of the three real brokers, by a name for the test's title. */
export const places: Readonly<Record<string, () => Promise<Place>>> = {
  'RabbitMQ classic queue': async () => openRabbitmqPlace('classic')(await sharedBroker('rabbitmq')),
  'RabbitMQ quorum queue': async () => openRabbitmqPlace('quorum')(await sharedBroker('rabbitmq')),
  'RabbitMQ stream': async () => openRabbitmqPlace('stream')(await sharedBroker('rabbitmq')),
  'Kafka topic': async () => openKafkaPlace(await sharedBroker('kafka')),
  'Redis stream': async () => openRedisPlace(await sharedBroker('redis')),
}

/** One place of each broker: enough where the type of queue makes no difference. */
export const onePlaceEach = ['RabbitMQ classic queue', 'Kafka topic', 'Redis stream'] as const

/** A name nobody else uses, with a dot and upper case in it. */
export function newName(what: string): string {
  return `Api.${what}-${process.pid}-${Math.random().toString(36).slice(2, 7)}`
}

/** Opens the places of these titles, in their order. */
export async function openPlaces(names: readonly string[]): Promise<readonly Place[]> {
  const opened: Place[] = []
  for (const name of names) {
    const open = places[name]
    if (!open) throw new Error(`there is no place ${name}`)
    opened.push(await open())
  }
  return opened
}

/** Entries of `brokers` for the configuration, each broker once. */
export function brokersOf(opened: readonly Place[]): readonly Place['broker'][] {
  return [...new Map(opened.map((place) => [place.broker.id, place.broker])).values()]
}

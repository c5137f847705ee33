import { type BrokerInstance, removeBroker, startBroker } from '../../scripts/brokers/index.ts'
import { Console } from '../support/console.ts'
import { openKafkaSubject } from './kafka.ts'
import { openRabbitmqSubject } from './rabbitmq.ts'
import { openRedisSubject } from './redis.ts'
import type { Lab } from './run.ts'

/** Servers of its own, for they are stopped in the middle; a console on them; a subject on each under load. */
export async function openLab(
  options: Omit<Lab, 'console' | 'subjects'>,
): Promise<{ readonly lab: Lab; close(): Promise<void> }> {
  const name = `truth-${process.pid}`
  const started: BrokerInstance[] = []
  const begin = async (kind: 'rabbitmq' | 'kafka' | 'redis') => {
    const instance = await startBroker(kind, { name })
    started.push(instance)
    return instance
  }
  const [rabbitmq, kafka, redis] = await Promise.all([begin('rabbitmq'), begin('kafka'), begin('redis')])
  const subjects = [
    { subject: openRabbitmqSubject(rabbitmq, 'truth'), instance: rabbitmq },
    { subject: openKafkaSubject(kafka, 'truth'), instance: kafka },
    { subject: openRedisSubject(redis, 'truth'), instance: redis },
  ]
  for (const { subject } of subjects) await subject.start()
  const server = new Console({ brokers: subjects.map(({ subject }) => ({ ...subject.entry })) })
  await server.start()
  return {
    lab: { ...options, console: server, subjects },
    async close() {
      await server.remove()
      await Promise.all(subjects.map(({ subject }) => subject.stop().catch(() => undefined)))
      await Promise.all(started.map((instance) => removeBroker(instance)))
    },
  }
}

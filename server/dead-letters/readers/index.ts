import { configuredReader } from './configured.ts'
import { easynetqReader } from './easynetq.ts'
import type { Reader } from './facts.ts'
import { kafkaConnectReader } from './kafka-connect.ts'
import { kafkaShareReader } from './kafka-share.ts'
import { kafkaStreamsReader } from './kafka-streams.ts'
import { masstransitReader } from './masstransit.ts'
import { nservicebusReader } from './nservicebus.ts'
import { rabbitmqReader } from './rabbitmq.ts'
import { rebusReader } from './rebus.ts'
import { smallryeReader } from './smallrye.ts'
import { sneakersReader } from './sneakers.ts'
import { springAmqpReader } from './spring-amqp.ts'
import { springCloudStreamReader } from './spring-cloud-stream.ts'
import { springKafkaReader } from './spring-kafka.ts'
import { symfonyReader } from './symfony.ts'
import { watermillReader } from './watermill.ts'
import { wolverineReader } from './wolverine.ts'

/** In order of trust: what was configured, what a framework wrote, what the broker wrote. The generic ones stand apart. */
export const knownReaders: readonly Reader[] = [
  configuredReader,
  springAmqpReader,
  springKafkaReader,
  springCloudStreamReader,
  kafkaConnectReader,
  kafkaStreamsReader,
  kafkaShareReader,
  smallryeReader,
  nservicebusReader,
  masstransitReader,
  rebusReader,
  wolverineReader,
  watermillReader,
  symfonyReader,
  easynetqReader,
  sneakersReader,
  rabbitmqReader,
]

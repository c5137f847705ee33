import type { Header } from '../../../../lib/schemas/header.ts'
import { textHeader } from '../../contract/index.ts'
import type { Content } from '../engine/content.ts'
import type { Death, RecordOrigin } from './failures.ts'

/** Headers that a framework of these wrote at an earlier failure. */
export function isForeign(name: string): boolean {
  return /^(MT-|NServiceBus\.)/.test(name)
}

/** As .NET frameworks leave a message they moved to the queue of errors themselves: no x-death. */
export function buryForeign(content: Content, death: Death): Content {
  const written = death.cause.style === 'masstransit' ? masstransit(death) : nservicebus(death)
  return { ...content, headers: [...content.headers.filter(({ name }) => !isForeign(name)), ...written] }
}

const stackOf = ({ cause }: Death) => (cause.stack ?? []).map((line) => `   ${line}`).join('\n')

function masstransit(death: Death): Header[] {
  const { cause, queue, atMs } = death
  return [
    textHeader('MT-Reason', 'fault'),
    textHeader('MT-Fault-ExceptionType', cause.errorClass ?? ''),
    textHeader('MT-Fault-Message', cause.message ?? ''),
    textHeader('MT-Fault-StackTrace', stackOf(death)),
    textHeader('MT-Fault-ConsumerType', 'Shop.Fulfilment.OrderConsumer'),
    textHeader('MT-Fault-InputAddress', `rabbitmq://shop-mq/${queue}`),
    textHeader('MT-Fault-Timestamp', new Date(atMs).toISOString()),
    { name: 'MT-Fault-RetryCount', type: 'int32', value: '2' },
    textHeader('MT-Host-MachineName', 'fulfilment-1'),
  ]
}

function nservicebus(death: Death): Header[] {
  const { cause, queue, atMs } = death
  return [
    textHeader('NServiceBus.ExceptionInfo.ExceptionType', cause.errorClass ?? ''),
    textHeader('NServiceBus.ExceptionInfo.Message', cause.message ?? ''),
    textHeader('NServiceBus.ExceptionInfo.StackTrace', stackOf(death)),
    textHeader('NServiceBus.FailedQ', queue),
    textHeader('NServiceBus.TimeOfFailure', nserviceTime(atMs)),
  ]
}

/** Its own form, a colon before the microseconds: `2014-11-11 02:26:58:000462 Z`. */
function nserviceTime(atMs: number): string {
  const [day = '', time = ''] = new Date(atMs).toISOString().slice(0, -1).split('T')
  const [clock = '', milliseconds = ''] = time.split('.')
  return `${day} ${clock}:${milliseconds}000 Z`
}

/** A record a Kafka Connect sink could not write (`errors.deadletterqueue.context.headers.enable`). */
export function buryConnectRecord(content: Content, origin: RecordOrigin): Content {
  const p = '__connect.errors.'
  const headers: Header[] = [
    ...content.headers,
    textHeader(`${p}topic`, origin.topic),
    textHeader(`${p}partition`, String(origin.partition)),
    textHeader(`${p}offset`, String(origin.offset)),
    textHeader(`${p}connector.name`, 'warehouse-sink'),
    textHeader(`${p}task.id`, '0'),
    textHeader(`${p}stage`, 'VALUE_CONVERTER'),
    textHeader(`${p}class.name`, 'org.apache.kafka.connect.json.JsonConverter'),
    textHeader(`${p}exception.class.name`, 'org.apache.kafka.connect.errors.DataException'),
    textHeader(`${p}exception.message`, 'Field "warehouse" is not known to the table STOCK'),
    textHeader(
      `${p}exception.stacktrace`,
      'org.apache.kafka.connect.errors.DataException: Field "warehouse" is not known to the table STOCK\n\tat org.apache.kafka.connect.json.JsonConverter.toConnectData(JsonConverter.java:333)\n',
    ),
  ]
  return { ...content, headers }
}

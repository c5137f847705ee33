import * as acts from './acts.ts'
import * as brokers from './brokers.ts'
import * as history from './history.ts'
import * as messages from './messages.ts'
import { page, type Schema } from './values.ts'

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/api/v1`; `{name}` is one segment. */
  readonly path: string
  /** What a good answer is; null where it is no JSON. */
  readonly shape: Schema | null
  readonly status: 200 | 201
}

const call = (
  method: ApiCall['method'],
  path: string,
  shape: Schema | null,
  status: 200 | 201 = 200,
): ApiCall => ({
  method,
  path,
  shape,
  status,
})
const destination = '/brokers/{b}/destinations/{d}'
const group = '/brokers/{b}/groups/{g}'

/** Every call of the API's documentation. */
export const calls: readonly ApiCall[] = [
  call('GET', '/brokers', page(brokers.broker)),
  call('POST', '/brokers', brokers.broker, 201),
  call('GET', '/brokers/{b}', brokers.broker),
  call('PATCH', '/brokers/{b}', brokers.broker),
  call('DELETE', '/brokers/{b}', brokers.done),
  call('GET', '/brokers/{b}/settings', brokers.brokerSettings),
  call('GET', '/broker-kinds', page(brokers.brokerKind)),
  call('POST', '/broker-tests', brokers.brokerTest),
  call('POST', '/broker-yaml', brokers.brokerYaml),
  call('GET', '/settings', brokers.consoleSettings),
  call('GET', '/brokers/{b}/destinations', page(brokers.destination)),
  call('GET', destination, brokers.destinationDetail),
  call('GET', `${destination}/messages`, messages.messages),
  call('POST', `${destination}/messages`, messages.published),
  call('DELETE', `${destination}/messages`, brokers.purged),
  call('POST', `${destination}/messages/settle`, brokers.settled),
  call('GET', `${destination}/messages/stream`, null),
  call('GET', `${destination}/messages/{id}`, messages.message),
  call('GET', `${destination}/messages/{id}/body`, null),
  call('GET', '/brokers/{b}/groups', page(brokers.group)),
  call('GET', '/brokers/{b}/groups/{g}', brokers.group),
  call('GET', '/brokers/{b}/nodes', page(acts.node)),
  call('GET', '/brokers/{b}/connections', page(acts.connection)),
  call('POST', '/brokers/{b}/connections/{c}/close', acts.act),
  call('GET', `${group}/members/removal`, acts.removal),
  call('POST', `${group}/members/remove`, acts.act),
  call('POST', `${group}/pending/claim`, acts.act),
  call('GET', `${group}/lag/count`, acts.countedLag),
  call('POST', `${group}/offsets/plan`, acts.offsetPlan),
  call('POST', `${group}/offset-resets`, acts.offsetReset, 201),
  call('GET', '/offset-resets', page(acts.offsetReset)),
  call('POST', '/offset-resets/{o}/cancel', acts.offsetReset),
  call('GET', '/brokers/{b}/recent', brokers.recent),
  call('GET', '/needs', brokers.needs),
  call('POST', '/needs/{n}/acknowledge', brokers.need),
  call('DELETE', '/needs/{n}/acknowledge', brokers.need),
  call('GET', '/series', history.series),
  call('GET', '/events', page(history.event)),
  call('POST', '/events', history.event, 201),
  call('GET', '/dead-letters', page(brokers.deadLetterQueue)),
  call('GET', '/search', page(brokers.searchHit)),
  call('POST', '/replays', messages.replay, 201),
  call('GET', '/replays', page(messages.replay)),
  call('GET', '/replays/{r}', messages.replay),
  call('POST', '/replays/{r}/start', messages.replay),
  call('POST', '/replays/{r}/pause', messages.replay),
  call('POST', '/replays/{r}/resume', messages.replay),
  call('POST', '/replays/{r}/cancel', messages.replay),
  call('GET', '/replays/{r}/items', page(messages.replayItem)),
  call('POST', '/replays/{r}/items/{row}/resolve', messages.replayItem),
  call('GET', '/backups', page(brokers.backup)),
  call('POST', '/backups/{id}/restore', brokers.restored),
  call('GET', '/audit', page(brokers.auditEntry)),
  call('GET', '/me', brokers.me),
  call('POST', '/sign-in', brokers.done),
  call('POST', '/sign-out', brokers.done),
  call('POST', '/brokers/{b}/connect', brokers.broker),
  call('GET', '/live', null),
]

/** The call a path belongs to; literal segments win over parameters. */
export function findCall(method: string, path: string): ApiCall | undefined {
  const segments = path.split('/')
  const fits = calls.filter((one) => {
    const own = one.path.split('/')
    return (
      one.method === method &&
      own.length === segments.length &&
      own.every((part, i) => part.startsWith('{') || part === segments[i])
    )
  })
  return fits.sort((a, b) => (a.path.match(/\{/g)?.length ?? 0) - (b.path.match(/\{/g)?.length ?? 0))[0]
}

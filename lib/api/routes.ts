export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
export interface Route {
  readonly method: Method
  /** Below `/api/v1`; `{name}` stands for one path segment. */
  readonly path: `/${string}`
}

const get = <P extends `/${string}`>(path: P) => ({ method: 'GET', path }) as const
const post = <P extends `/${string}`>(path: P) => ({ method: 'POST', path }) as const
const patch = <P extends `/${string}`>(path: P) => ({ method: 'PATCH', path }) as const
const remove = <P extends `/${string}`>(path: P) => ({ method: 'DELETE', path }) as const

export const apiBase = '/api/v1'

/** Where every operation lives. Plain data without schemas: the browser's client carries this table and nothing more. */
export const routes = {
  getOpenApi: get('/openapi.json'),
  getMe: get('/me'),
  signIn: post('/sign-in'),
  signOut: post('/sign-out'),
  listBrokers: get('/brokers'),
  getBroker: get('/brokers/{broker}'),
  listBrokerKinds: get('/broker-kinds'),
  testBroker: post('/broker-tests'),
  writeBrokerYaml: post('/broker-yaml'),
  createBroker: post('/brokers'),
  changeBroker: patch('/brokers/{broker}'),
  removeBroker: remove('/brokers/{broker}'),
  getBrokerSettings: get('/brokers/{broker}/settings'),
  getSettings: get('/settings'),
  connectBroker: post('/brokers/{broker}/connect'),
  getSandbox: get('/brokers/{broker}/sandbox'),
  playSandbox: post('/brokers/{broker}/sandbox'),
  listDestinations: get('/brokers/{broker}/destinations'),
  getDestination: get('/brokers/{broker}/destinations/{destination}'),
  listMessages: get('/brokers/{broker}/destinations/{destination}/messages'),
  publishMessage: post('/brokers/{broker}/destinations/{destination}/messages'),
  purgeMessages: remove('/brokers/{broker}/destinations/{destination}/messages'),
  settleMessages: post('/brokers/{broker}/destinations/{destination}/messages/settle'),
  streamMessages: get('/brokers/{broker}/destinations/{destination}/messages/stream'),
  getMessage: get('/brokers/{broker}/destinations/{destination}/messages/{message}'),
  getMessageBody: get('/brokers/{broker}/destinations/{destination}/messages/{message}/body'),
  listGroups: get('/brokers/{broker}/groups'),
  getGroup: get('/brokers/{broker}/groups/{group}'),
  listNodes: get('/brokers/{broker}/nodes'),
  listConnections: get('/brokers/{broker}/connections'),
  closeConnection: post('/brokers/{broker}/connections/{connection}/close'),
  getRemovalEffect: get('/brokers/{broker}/groups/{group}/members/removal'),
  removeMember: post('/brokers/{broker}/groups/{group}/members/remove'),
  claimPending: post('/brokers/{broker}/groups/{group}/pending/claim'),
  countLag: get('/brokers/{broker}/groups/{group}/lag/count'),
  planOffsets: post('/brokers/{broker}/groups/{group}/offsets/plan'),
  listOffsetResets: get('/offset-resets'),
  resetOffsets: post('/brokers/{broker}/groups/{group}/offset-resets'),
  cancelOffsetReset: post('/offset-resets/{reset}/cancel'),
  getSeries: get('/series'),
  listEvents: get('/events'),
  createEvent: post('/events'),
  listNeeds: get('/needs'),
  acknowledgeNeed: post('/needs/{need}/acknowledge'),
  withdrawAcknowledgement: remove('/needs/{need}/acknowledge'),
  getRecent: get('/brokers/{broker}/recent'),
  listDeadLetters: get('/dead-letters'),
  search: get('/search'),
  listReplays: get('/replays'),
  createReplay: post('/replays'),
  getReplay: get('/replays/{replay}'),
  startReplay: post('/replays/{replay}/start'),
  pauseReplay: post('/replays/{replay}/pause'),
  resumeReplay: post('/replays/{replay}/resume'),
  cancelReplay: post('/replays/{replay}/cancel'),
  listReplayItems: get('/replays/{replay}/items'),
  resolveReplayItem: post('/replays/{replay}/items/{row}/resolve'),
  listBackups: get('/backups'),
  restoreBackup: post('/backups/{backup}/restore'),
  listAudit: get('/audit'),
  live: get('/live'),
} as const satisfies Record<string, Route>

export type OperationName = keyof typeof routes

/** The path with its parameters filled in and percent-encoded; ids are opaque, so nothing may end a segment. */
export function fillPath(path: string, params: Readonly<Record<string, string | number>>): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined || value === '') throw new TypeError(`The path ${path} needs ${name}`)
    return encodeURIComponent(String(value))
  })
  return `${apiBase}${filled}`
}

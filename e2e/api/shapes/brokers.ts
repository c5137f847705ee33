import {
  abilities,
  exactly,
  filled,
  flag,
  id,
  links,
  listOf,
  object,
  oneOf,
  orNull,
  problem,
  reading,
  readings,
  type Schema,
  text,
  time,
  whole,
} from './values.ts'

const kind = oneOf('rabbitmq', 'kafka', 'redis', 'sandbox')
const environment = oneOf('production', 'staging', 'development', 'unknown')
const mode = oneOf('read-only', 'read-write')

export const broker = object({
  id: { type: 'string', pattern: '^[a-z0-9-]{1,40}$' },
  kind,
  label: filled,
  environment,
  mode,
  state: oneOf('up', 'degraded', 'down', 'connecting', 'found'),
  version: orNull(filled),
  abilities,
  readings,
  discovered: flag,
  health: listOf(problem),
})

const formField = object(
  {
    name: filled,
    label: filled,
    control: oneOf('text', 'password', 'list', 'choice', 'toggle', 'file'),
    required: flag,
    advanced: flag,
    secret: flag,
    target: flag,
  },
  { placeholder: filled, help: filled },
)
export const brokerKind = object({ kind, product: filled, fields: listOf(formField) })
export const brokerTest = object({
  ok: flag,
  steps: listOf(
    object(
      {
        step: oneOf('name', 'tcp', 'tls', 'sign-in', 'permissions', 'version', 'abilities'),
        name: filled,
        at: text,
        state: oneOf('ok', 'failed', 'warning', 'skipped'),
        sentence: filled,
      },
      { words: filled, fix: filled },
    ),
  ),
  version: orNull(filled),
  identity: orNull(text),
  user: orNull(filled),
  abilities,
})
export const brokerSettings = object({
  id: filled,
  kind,
  label: filled,
  environment,
  mode,
  source: oneOf('file', 'form', 'found', 'built-in'),
  locked: orNull(filled),
  values: { type: 'object' },
  secrets: listOf(filled),
  yaml: orNull(filled),
})
export const brokerYaml = object({ yaml: filled })
export const consoleSettings = object({
  version: filled,
  dataDir: filled,
  dataBytes: orNull(whole),
  file: orNull(filled),
  discover: flag,
})

const verdictParts = {
  state: oneOf(
    'ok',
    'lagging',
    'stalled',
    'stuck',
    'stopped',
    'rewound',
    'unknown',
    'dead-letters',
    'losing',
    'full',
    'blocked',
    'down',
    'degraded',
  ),
  level: oneOf('ok', 'warn', 'crit', 'unknown'),
  word: filled,
  sentence: filled,
  evidence: listOf(filled),
  since: orNull(time),
  next: orNull(object({ label: filled, href: { type: 'string', pattern: '^/' } })),
}
export const verdict = object(verdictParts)

const place = object({ name: text, via: filled }, { id, namespace: text })
const destinationFields: Readonly<Record<string, Schema>> = {
  id,
  name: text,
  type: oneOf('queue', 'stream', 'topic', 'exchange', 'list', 'channel', 'subject', 'subscription', 'socket'),
  state: filled,
  readings,
  deadLetter: object(
    {
      isDeadLetter: flag,
      evidence: listOf(
        object({ rule: oneOf('topology', 'configured', 'headers', 'name', 'usage'), detail: filled }),
      ),
      origins: listOf(place),
    },
    { role: oneOf('dead-letter', 'retry', 'parking'), target: place },
  ),
  abilities,
  links: { ...links, required: ['self'] },
}
const destinationOptions = { namespace: text, variant: filled, problems: listOf(problem) }
export const destination = object(destinationFields, destinationOptions)

const offset = orNull({ type: 'string', pattern: '^[0-9-]+$' })
const parts = {
  settings: listOf(object({ name: filled, value: orNull(text), source: filled })),
  bindings: listOf(object({ source: text, destination: text, routingKey: text })),
  partitions: listOf(
    object({
      partition: whole,
      leader: orNull(filled),
      replicas: listOf(text),
      inSync: listOf(text),
      start: offset,
      end: offset,
    }),
  ),
  consumers: listOf(object({ id: text })),
}
/** The same with settings, bindings or partitions, consumers. */
export const destinationDetail = object(
  { ...destinationFields, settings: parts.settings },
  { ...destinationOptions, ...parts, verdict },
)

export const deadLetterQueue = object(
  {
    ...destinationFields,
    broker: filled,
    counts: object({ messages: reading, replayed: reading, open: reading }),
  },
  destinationOptions,
)

export const searchHit = object(
  {
    kind: oneOf('broker', 'destination', 'group', 'replay'),
    id,
    name: text,
    broker: filled,
    brokerLabel: filled,
    environment,
    isDeadLetter: flag,
    match: oneOf('exact', 'prefix', 'word', 'substring', 'subsequence'),
    links: { ...links, required: ['self'] },
  },
  { namespace: text, type: filled, state: text, abilities },
)

/** Without a commit the lag is unavailable, and says so. */
const lagRow: Schema = {
  ...object(
    { destination: filled, partition: whole, committed: offset, start: offset, end: offset, lag: reading },
    {
      member: filled,
      lagSeconds: reading,
      lost: reading,
      movement: object({
        since: time,
        committedAt: orNull(time),
        endAt: orNull(time),
        arrived: orNull({ type: 'number', minimum: 0 }),
      }),
    },
  ),
  anyOf: [
    { properties: { committed: { type: 'string' } } },
    { properties: { lag: { properties: { state: { enum: ['unavailable', 'unsupported'] } } } } },
  ],
}
export const group = object(
  {
    id,
    name: filled,
    type: oneOf('classic', 'consumer', 'share', 'streams', 'redis', 'queue'),
    state: { type: 'string', pattern: '^[^A-Z]+$' },
    members: listOf(object({ id: text })),
    lag: listOf(lagRow),
    total: reading,
    links: { ...links, required: ['self'] },
  },
  { totalSeconds: reading, epoch: filled, problems: listOf(problem), verdict },
)

/** Null is a step in which nothing was read. */
export const recent = object({
  since: orNull(time),
  stepMs: whole,
  at: time,
  items: listOf(
    object(
      {
        id: filled,
        metric: oneOf('depth', 'inRate', 'outRate', 'lag', 'partitionLag', 'deadLetters'),
        quality: oneOf('exact', 'approximate'),
        points: listOf(orNull({ type: 'number', minimum: 0 })),
      },
      { destination: filled, partition: whole },
    ),
  ),
})

export const me = object({ actor: filled, via: oneOf('session', 'token'), permissions: listOf(filled) })
export const done = object({ ok: { const: true } })
export const backup = object(
  {
    id,
    broker: filled,
    destination: id,
    destinationName: filled,
    cause: oneOf('purge', 'delete', 'park', 'acknowledge'),
    messages: whole,
    bytes: whole,
    state: oneOf('writing', 'complete', 'partial', 'restored'),
    createdBy: filled,
    createdAt: time,
    restoredAt: orNull(time),
  },
  { sha256: orNull({ type: 'string', pattern: '^[0-9a-f]{64}$' }) },
)
export const auditEntry = object({
  id,
  at: time,
  actor: filled,
  via: oneOf('session', 'token', 'job', 'system'),
  verb: filled,
  broker: orNull(text),
  target: orNull(text),
  outcome: oneOf('open', 'ok', 'failed', 'refused'),
})
export const purged = exactly({ removed: whole, backup: id })
export const settled = exactly({ settled: whole, backup: id })
export const restored = object({ restored: whole })

export const need = object({
  ...verdictParts,
  id,
  broker: filled,
  subject: object({
    kind: oneOf('broker', 'node', 'destination', 'group', 'replay'),
    id: filled,
    name: filled,
  }),
  affects: listOf(filled),
  acknowledged: orNull(object({ by: filled, at: time, note: text }, { until: time })),
})
export const needs = object({
  items: listOf(need),
  nextCursor: orNull(filled),
  total: whole,
  checked: object({
    at: orNull(time),
    brokers: whole,
    groups: whole,
    destinations: whole,
    deadLetterQueues: whole,
  }),
  problems: listOf(problem),
})

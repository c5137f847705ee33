import { z } from 'zod'
import { brokerSchema, environmentSchema, modeSchema } from '../schemas/broker.ts'
import { deadLetterQueueSchema } from '../schemas/dead-letter.ts'
import { destinationDetailSchema, destinationPageSchema } from '../schemas/destination.ts'
import { groupSchema } from '../schemas/group.ts'
import { liveEventSchema } from '../schemas/live.ts'
import {
  messagePageSchema,
  messageSchema,
  publishInputSchema,
  publishResultSchema,
  settleInputSchema,
} from '../schemas/message.ts'
import { pageOf } from '../schemas/problem.ts'
import { auditEntrySchema, backupSchema, purgeInputSchema } from '../schemas/record.ts'
import { replayInputSchema, replayItemSchema, replaySchema } from '../schemas/replay.ts'
import { doneSchema, meSchema, signInInputSchema } from '../schemas/session.ts'
import { idSchema, noQuerySchema, type Operation, pageQuerySchema } from './operation.ts'
import {
  auditQuerySchema,
  deadLetterQuerySchema,
  destinationQuerySchema,
  groupQuerySchema,
  liveQuerySchema,
  messageEventSchema,
  messageQuerySchema,
  messageStreamQuerySchema,
  replayItemQuerySchema,
} from './queries.ts'
import { type OperationName, routes } from './routes.ts'

const none = z.strictObject({})
const broker = z.strictObject({ broker: idSchema })
const destination = broker.extend({ destination: idSchema })
const message = destination.extend({ message: idSchema })
const group = broker.extend({ group: idSchema })
const replay = z.strictObject({ replay: idSchema })

const readDefaults = {
  params: none,
  query: noQuerySchema,
  body: null,
  audit: null,
  status: 200,
  stream: null,
  timeoutMs: 30_000,
} as const
const minutes = (count: number) => count * 60_000

const replayVerb = (summary: string, audit: string) =>
  ({
    ...readDefaults,
    tag: 'Replays',
    permission: 'replays.run',
    params: replay,
    response: replaySchema,
    summary,
    audit,
  }) as const
const sandboxSchema = z
  .object({
    workerBroken: z.boolean(),
    /** Where what the broken worker cannot do ends up: its dead-letter queue's id. */
    deadLetterQueue: z.string().nullable(),
  })
  .meta({ id: 'SandboxState' })

/** Every call of the API: the source of validation, OpenAPI, the typed client, permission and audit verb. */
export const operations = {
  getOpenApi: {
    ...readDefaults,
    ...routes.getOpenApi,
    summary: 'This description, as OpenAPI 3.1',
    tag: 'Access',
    permission: 'signed-in',
    response: z.record(z.string(), z.unknown()),
  },
  getMe: {
    ...readDefaults,
    ...routes.getMe,
    summary: 'Who is signed in, and what they may do',
    tag: 'Access',
    permission: 'signed-in',
    response: meSchema,
  },
  signIn: {
    ...readDefaults,
    ...routes.signIn,
    summary: 'Spend a one-time sign-in token; answers with the session cookie',
    tag: 'Access',
    permission: null,
    body: signInInputSchema,
    audit: 'access.sign-in',
    response: doneSchema,
  },
  signOut: {
    ...readDefaults,
    ...routes.signOut,
    summary: 'End this session',
    tag: 'Access',
    permission: 'signed-in',
    audit: 'access.sign-out',
    response: doneSchema,
  },
  listBrokers: {
    ...readDefaults,
    ...routes.listBrokers,
    summary: 'Every broker: configured, discovered, and the sandbox',
    tag: 'Brokers',
    permission: 'brokers.read',
    query: pageQuerySchema,
    response: pageOf(brokerSchema),
  },
  getBroker: {
    ...readDefaults,
    ...routes.getBroker,
    summary: 'One broker',
    tag: 'Brokers',
    permission: 'brokers.read',
    params: broker,
    response: brokerSchema,
  },
  connectBroker: {
    ...readDefaults,
    ...routes.connectBroker,
    summary: 'Connect a discovered broker; read-only unless asked otherwise',
    tag: 'Brokers',
    permission: 'brokers.connect',
    params: broker,
    body: z
      .strictObject({
        environment: environmentSchema.default('unknown'),
        mode: modeSchema.default('read-only'),
      })
      .meta({ id: 'ConnectInput' }),
    audit: 'broker.connect',
    response: brokerSchema,
  },
  getSandbox: {
    ...readDefaults,
    ...routes.getSandbox,
    summary: "Whether the sandbox's worker is broken",
    tag: 'Brokers',
    permission: 'brokers.read',
    params: broker,
    response: sandboxSchema,
  },
  playSandbox: {
    ...readDefaults,
    ...routes.playSandbox,
    summary: "Break or heal the sandbox's worker",
    tag: 'Brokers',
    permission: 'sandbox.play',
    params: broker,
    body: z.strictObject({ action: z.enum(['break', 'heal']) }).meta({ id: 'SandboxInput' }),
    audit: 'sandbox.play',
    response: sandboxSchema,
  },
  listDestinations: {
    ...readDefaults,
    ...routes.listDestinations,
    summary: 'Every destination of a broker, exchanges included',
    tag: 'Destinations',
    permission: 'brokers.read',
    params: broker,
    query: destinationQuerySchema,
    response: destinationPageSchema,
  },
  getDestination: {
    ...readDefaults,
    ...routes.getDestination,
    summary: 'One destination with settings, bindings or partitions, and consumers',
    tag: 'Destinations',
    permission: 'brokers.read',
    params: destination,
    response: destinationDetailSchema,
  },
  listMessages: {
    ...readDefaults,
    ...routes.listMessages,
    summary: 'Look at messages without taking them; says what the look did to the broker',
    tag: 'Messages',
    permission: 'messages.read',
    params: destination,
    query: messageQuerySchema,
    response: messagePageSchema,
  },
  publishMessage: {
    ...readDefaults,
    ...routes.publishMessage,
    summary: 'Publish one message and wait for the confirmation',
    tag: 'Messages',
    permission: 'messages.publish',
    params: destination,
    body: publishInputSchema,
    audit: 'message.publish',
    response: publishResultSchema,
  },
  purgeMessages: {
    ...readDefaults,
    ...routes.purgeMessages,
    summary: 'Back up and remove every message that lies there now',
    tag: 'Messages',
    permission: 'messages.purge',
    params: destination,
    body: purgeInputSchema,
    audit: 'destination.purge',
    response: z.object({ removed: z.number().int(), backup: z.string() }).meta({ id: 'PurgeResult' }),
    timeoutMs: minutes(30),
  },
  settleMessages: {
    ...readDefaults,
    ...routes.settleMessages,
    summary: 'Take single messages out, backup first',
    tag: 'Messages',
    permission: 'messages.settle',
    params: destination,
    body: settleInputSchema,
    audit: 'message.settle',
    response: z.object({ settled: z.number().int(), backup: z.string() }).meta({ id: 'SettleResult' }),
    timeoutMs: minutes(2),
  },
  streamMessages: {
    ...readDefaults,
    ...routes.streamMessages,
    summary: 'Messages as they arrive, until the reader leaves',
    tag: 'Messages',
    permission: 'messages.read',
    params: destination,
    query: messageStreamQuerySchema,
    response: messageEventSchema,
    stream: 'events',
    timeoutMs: 0,
  },
  getMessage: {
    ...readDefaults,
    ...routes.getMessage,
    summary: 'One message',
    tag: 'Messages',
    permission: 'messages.read',
    params: message,
    response: messageSchema,
  },
  getMessageBody: {
    ...readDefaults,
    ...routes.getMessageBody,
    summary: 'The body of one message, whole, byte for byte',
    tag: 'Messages',
    permission: 'messages.read',
    params: message,
    response: null,
    stream: 'bytes',
  },
  listGroups: {
    ...readDefaults,
    ...routes.listGroups,
    summary: 'Consumer groups of a broker with their lag',
    tag: 'Groups',
    permission: 'brokers.read',
    params: broker,
    query: groupQuerySchema,
    response: pageOf(groupSchema),
  },
  getGroup: {
    ...readDefaults,
    ...routes.getGroup,
    summary: 'One consumer group: members, and the lag of every partition',
    tag: 'Groups',
    permission: 'brokers.read',
    params: group,
    response: groupSchema,
  },
  listDeadLetters: {
    ...readDefaults,
    ...routes.listDeadLetters,
    summary: 'Dead-letter destinations of all brokers with evidence, counts and origins',
    tag: 'Dead letters',
    permission: 'brokers.read',
    query: deadLetterQuerySchema,
    response: pageOf(deadLetterQueueSchema),
  },
  listReplays: {
    ...readDefaults,
    ...routes.listReplays,
    summary: 'Replay runs, newest first',
    tag: 'Replays',
    permission: 'replays.read',
    query: pageQuerySchema,
    response: pageOf(replaySchema),
  },
  createReplay: {
    ...readDefaults,
    ...routes.createReplay,
    summary: 'Plan a replay: freeze the list, send nothing yet',
    tag: 'Replays',
    permission: 'replays.run',
    body: replayInputSchema,
    audit: 'replay.create',
    response: replaySchema,
    status: 201,
  },
  getReplay: {
    ...readDefaults,
    ...routes.getReplay,
    summary: 'One replay run with its counts',
    tag: 'Replays',
    permission: 'replays.read',
    params: replay,
    response: replaySchema,
  },
  startReplay: { ...replayVerb('Start a planned run', 'replay.start'), ...routes.startReplay },
  pauseReplay: { ...replayVerb('Pause after the window in flight', 'replay.pause'), ...routes.pauseReplay },
  resumeReplay: { ...replayVerb('Go on with a paused run', 'replay.resume'), ...routes.resumeReplay },
  cancelReplay: {
    ...replayVerb('Stop for good; what was not sent stays where it was', 'replay.cancel'),
    ...routes.cancelReplay,
  },
  listReplayItems: {
    ...readDefaults,
    ...routes.listReplayItems,
    summary: 'The ledger of a run, row by row',
    tag: 'Replays',
    permission: 'replays.read',
    params: replay,
    query: replayItemQuerySchema,
    response: pageOf(replayItemSchema),
  },
  resolveReplayItem: {
    ...readDefaults,
    ...routes.resolveReplayItem,
    summary: 'Decide an uncertain message: it arrived, or send it again',
    tag: 'Replays',
    permission: 'replays.run',
    params: replay.extend({ row: z.coerce.number().int().min(0) }),
    body: z.strictObject({ verdict: z.enum(['arrived', 'resend']) }).meta({ id: 'ResolveInput' }),
    audit: 'replay.resolve',
    response: replayItemSchema,
  },
  listBackups: {
    ...readDefaults,
    ...routes.listBackups,
    summary: 'What was purged or taken out, when and by whom',
    tag: 'Backups',
    permission: 'backups.read',
    query: pageQuerySchema,
    response: pageOf(backupSchema),
  },
  restoreBackup: {
    ...readDefaults,
    ...routes.restoreBackup,
    summary: 'Put the messages of a backup back where they were',
    tag: 'Backups',
    permission: 'backups.restore',
    params: z.strictObject({ backup: idSchema }),
    audit: 'backup.restore',
    response: z.object({ restored: z.number().int() }).meta({ id: 'RestoreResult' }),
    timeoutMs: minutes(30),
  },
  listAudit: {
    ...readDefaults,
    ...routes.listAudit,
    summary: 'Who did what, newest first',
    tag: 'Audit',
    permission: 'audit.read',
    query: auditQuerySchema,
    response: pageOf(auditEntrySchema),
  },
  live: {
    ...readDefaults,
    ...routes.live,
    summary: 'The one lasting stream of changes; resumes by Last-Event-ID',
    tag: 'Live',
    permission: 'brokers.read',
    query: liveQuerySchema,
    response: liveEventSchema,
    stream: 'events',
    timeoutMs: 0,
  },
} as const satisfies Record<OperationName, Operation>

export type Operations = typeof operations

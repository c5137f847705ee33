import { z } from 'zod'
import {
  actResultSchema,
  claimPendingInputSchema,
  closeConnectionInputSchema,
  connectionSchema,
  removeMemberInputSchema,
} from '../schemas/connection.ts'
import { eventInputSchema, eventSchema } from '../schemas/event.ts'
import { acknowledgeInputSchema, needPageSchema, needSchema } from '../schemas/need.ts'
import { nodeSchema } from '../schemas/node.ts'
import {
  offsetPlanInputSchema,
  offsetPlanSchema,
  offsetResetInputSchema,
  offsetResetSchema,
} from '../schemas/offset.ts'
import { pageOf } from '../schemas/problem.ts'
import { seriesSchema } from '../schemas/series.ts'
import { idSchema, type Operation, readDefaults } from './operation.ts'
import {
  connectionQuerySchema,
  countLagQuerySchema,
  eventQuerySchema,
  needQuerySchema,
  offsetResetQuerySchema,
  removalQuerySchema,
  seriesQuerySchema,
} from './queries.ts'
import { type OperationName, routes } from './routes.ts'

const broker = z.strictObject({ broker: idSchema })
const group = broker.extend({ group: idSchema })
const need = z.strictObject({ need: idSchema })

const history = { ...readDefaults, tag: 'History', permission: 'brokers.read' } as const
const needs = { ...readDefaults, tag: 'Needs', permission: 'brokers.read' } as const
const groups = { ...readDefaults, tag: 'Groups', permission: 'brokers.read', params: group } as const
const manage = { ...groups, permission: 'groups.manage' } as const
const connections = {
  ...readDefaults,
  tag: 'Connections',
  permission: 'brokers.read',
  params: broker,
} as const

/** What is watched over time, and what is done about it: part of the one table of operations. */
export const liveOperations = {
  getSeries: {
    ...history,
    ...routes.getSeries,
    summary: 'One metric over time, at most as many points as asked for, with its lowest and highest values',
    query: seriesQuerySchema,
    response: seriesSchema,
  },
  listEvents: {
    ...history,
    ...routes.listEvents,
    summary: 'What changed, newest first: restarts, rebalances, replays, purges, deploys',
    query: eventQuerySchema,
    response: pageOf(eventSchema),
  },
  createEvent: {
    ...history,
    ...routes.createEvent,
    summary: 'Tell of a deploy or another event from outside: it is drawn on the charts',
    permission: 'events.write',
    body: eventInputSchema,
    audit: 'event.create',
    response: eventSchema,
    status: 201,
  },
  listNeeds: {
    ...needs,
    ...routes.listNeeds,
    summary: 'What needs a person, grouped under its root, and what was checked',
    query: needQuerySchema,
    response: needPageSchema,
  },
  acknowledgeNeed: {
    ...needs,
    ...routes.acknowledgeNeed,
    summary: 'Take it on, with a note; with minutes: snooze it for so long',
    permission: 'needs.acknowledge',
    params: need,
    body: acknowledgeInputSchema,
    audit: 'need.acknowledge',
    response: needSchema,
  },
  withdrawAcknowledgement: {
    ...needs,
    ...routes.withdrawAcknowledgement,
    summary: 'It needs a person again',
    permission: 'needs.acknowledge',
    params: need,
    audit: 'need.withdraw',
    response: needSchema,
  },
  listNodes: {
    ...connections,
    ...routes.listNodes,
    summary: 'The servers of a broker: alarms, and what they use against their limits',
    tag: 'Brokers',
    response: pageOf(nodeSchema),
  },
  listConnections: {
    ...connections,
    ...routes.listConnections,
    summary: 'Who is connected, what it reads and what it holds; with destination: to that one',
    query: connectionQuerySchema,
    response: pageOf(connectionSchema),
  },
  closeConnection: {
    ...connections,
    ...routes.closeConnection,
    summary: 'Close a connection at the broker; what it held goes back',
    permission: 'connections.close',
    params: broker.extend({ connection: idSchema }),
    body: closeConnectionInputSchema,
    audit: 'connection.close',
    response: actResultSchema,
  },
  getRemovalEffect: {
    ...groups,
    ...routes.getRemovalEffect,
    summary: 'What removing a member would do, in a sentence',
    query: removalQuerySchema,
    response: z.object({ effect: z.string() }).meta({ id: 'RemovalEffect' }),
  },
  removeMember: {
    ...manage,
    ...routes.removeMember,
    summary: 'Take a member out of its group (Kafka), or delete a consumer that holds nothing (Redis)',
    body: removeMemberInputSchema,
    audit: 'group.remove-member',
    response: actResultSchema,
  },
  claimPending: {
    ...manage,
    ...routes.claimPending,
    summary: 'Hand entries that wait for an acknowledgement to another consumer',
    body: claimPendingInputSchema,
    audit: 'group.claim-pending',
    response: actResultSchema,
  },
  countLag: {
    ...groups,
    ...routes.countLag,
    summary: 'Count exactly what the broker does not know or only estimates, up to a limit',
    permission: 'messages.read',
    query: countLagQuerySchema,
    response: z.object({ count: z.number().int(), isWhole: z.boolean() }).meta({ id: 'CountedLag' }),
  },
  planOffsets: {
    ...groups,
    ...routes.planOffsets,
    summary: 'What a reset would do, partition by partition; changes nothing',
    body: offsetPlanInputSchema,
    response: offsetPlanSchema,
  },
  listOffsetResets: {
    ...readDefaults,
    ...routes.listOffsetResets,
    summary: 'Resets that wait for their group to be empty, and past ones, newest first',
    tag: 'Groups',
    permission: 'brokers.read',
    query: offsetResetQuerySchema,
    response: pageOf(offsetResetSchema),
  },
  resetOffsets: {
    ...manage,
    ...routes.resetOffsets,
    summary: 'Apply a plan; refused while members are active, unless armed to wait for them to leave',
    body: offsetResetInputSchema,
    audit: 'group.reset-offsets',
    response: offsetResetSchema,
    status: 201,
  },
  cancelOffsetReset: {
    ...manage,
    ...routes.cancelOffsetReset,
    summary: 'Take back a reset that still waits',
    params: z.strictObject({ reset: idSchema }),
    audit: 'group.cancel-reset',
    response: offsetResetSchema,
  },
} as const satisfies Partial<Record<OperationName, Operation>>

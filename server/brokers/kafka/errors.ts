import { protocolErrors, protocolErrorsCodesById } from '@platformatic/kafka'
import { BrokerError, type BrokerErrorCode } from '../contract/index.ts'

/** The broker's error codes this driver decides by. */
export const kafkaErrors = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  requestTimedOut: 7,
  replicaNotAvailable: 9,
  messageTooLarge: 10,
  coordinatorLoading: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  recordListTooLarge: 18,
  unknownMemberId: 25,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  topicAuthorizationFailed: 29,
  invalidTimestamp: 32,
  unsupportedVersion: 35,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidProducerEpoch: 47,
  invalidProducerIdMapping: 49,
  saslAuthenticationFailed: 58,
  unknownProducerId: 59,
  nonEmptyGroup: 68,
  groupIdNotFound: 69,
  invalidRecord: 87,
} as const

const classes: readonly [BrokerErrorCode, readonly number[]][] = [
  ['forbidden', [29, 30, 31, 44, 53, 61, 65]],
  ['not_found', [3, 69, 100]],
  ['auth_failed', [33, 34, 58]],
  ['unreachable', [5, 6, 8, 9, 13, 14, 15, 16, 19, 20, 41, 56, 72, 74, 75, 78]],
  ['timeout', [7]],
  ['throttled', [89]],
  ['too_large', [10, 18]],
  ['bad_request', [1, 17, 24, 32, 37, 38, 39, 40, 42, 87]],
  ['conflict', [36, 60, 68]],
  ['unsupported', [35, 43, 73, 76]],
]
const classOf = new Map(classes.flatMap(([code, ids]) => ids.map((id) => [id, code] as const)))

/** Worth asking again after a look at fresh metadata: a leader or coordinator moved, or is loading. */
export function isStale(code: number): boolean {
  return classOf.get(code) === 'unreachable'
}

/** The broker's own name and words for an error code, its own message first. */
export function describeCode(code: number, message?: string | null): string {
  const name = protocolErrorsCodesById[code] ?? `error ${code}`
  const words = message || protocolErrors[name]?.message
  return words ? `${name}: ${words}` : name
}

/** An error code of the broker as our error. `subject` names what was asked (a topic, a group …). */
export function errorOfCode(code: number, subject: string, message?: string | null): BrokerError {
  return new BrokerError(classOf.get(code) ?? 'protocol', `${subject}: ${describeCode(code, message)}`, {
    detail: { kafka: protocolErrorsCodesById[code] ?? String(code) },
  })
}

/** Words for a socket or TLS error, with the cause a person can act on. Never carries credentials. */
export function connectFailure(address: string, error: unknown, tls: boolean): BrokerError {
  if (error instanceof BrokerError) return error
  const cause = error as { code?: string; message?: string }
  const words = cause.message ?? String(error)
  const hint = /self.signed|unable to verify|unable to get (local )?issuer/i.test(words)
    ? ' (set tls.caFile to the certificate authority of this broker)'
    : tls && (cause.code === 'EPROTO' || /wrong version number|socket disconnected|ECONNRESET/i.test(words))
      ? ' (does this port speak TLS?)'
      : ''
  return new BrokerError('unreachable', `Cannot connect to ${address}: ${words}${hint}`)
}

import { AppError } from '../../lib/domain/app-error.ts'
import type { SettleInput } from '../../lib/schemas/message.ts'
import type { Call, Caller, Claim, ClaimFacet, ClaimSession } from '../brokers/contract/index.ts'
import { type Located, needFacet } from '../messages/locate.ts'
import { acknowledge } from './acknowledge.ts'
import { BackupLog } from './backup-log.ts'
import { assertConfirmed } from './confirm.ts'
import { openParking, type Parking } from './park.ts'
import type { CommandPorts } from './ports.ts'

const pageSize = 100
const window = 500

/**
 * Takes single messages out. Each goes through the same steps: in hand (claimed), on disk (backup), for `park`
 * confirmed at its new place, and only then out of the source. A failure leaves it in the source.
 */
export async function settle(
  ports: CommandPorts,
  located: Located,
  input: SettleInput,
  caller: Caller,
  call: Call,
): Promise<{ settled: number; backup: string }> {
  assertConfirmed(input.confirm, located.ref.name)
  const ids = [...new Set(input.ids)]
  if (input.action === 'acknowledge') return acknowledge(ports, located, ids, input.group, caller, call)
  const claim = await needClaim(located, call)
  const parking = input.action === 'park' ? await openParking(located, input.target, call) : null
  const backup = new BackupLog(ports, located, input.action, caller)
  try {
    const session = await claim.open(located.ref, { select: { kind: 'ids', ids }, window }, call)
    try {
      const settled = await takeOut(session, ids.length, backup, parking, call)
      if (settled === 0) throw nothingFound(session)
      return { settled, backup: await backup.complete() }
    } finally {
      await session.close()
    }
  } catch (error) {
    throw await backup.breakOff(error, ports)
  } finally {
    await parking?.close()
  }
}

async function needClaim(located: Located, call: Call): Promise<ClaimFacet> {
  const claim = await needFacet(located, 'claim', call)
  if (claim.settlesOf(located.ref) === 'removes') return claim
  throw new AppError(
    'unsupported',
    `${located.ref.name} is a log that keeps every message: none can be taken out`,
  )
}

async function takeOut(
  session: ClaimSession,
  wanted: number,
  backup: BackupLog,
  parking: Parking | null,
  call: Call,
): Promise<number> {
  let settled = 0
  while (settled < wanted) {
    const claims = await session.next(pageSize, call)
    if (claims.length === 0) return settled
    await backup.append(claims.map(({ message }) => message))
    const sent = parking ? await parking.send(claims, call) : { arrived: claims, failure: null }
    if (sent.arrived.length > 0) await session.settle(sent.arrived, 'remove', call)
    settled += sent.arrived.length
    if (sent.failure) {
      await release(session, claims, sent.arrived, call)
      throw sent.failure
    }
  }
  return settled
}

async function release(
  session: ClaimSession,
  claims: readonly Claim[],
  arrived: readonly Claim[],
  call: Call,
): Promise<void> {
  const staying = claims.filter((claim) => !arrived.includes(claim))
  if (staying.length > 0) await session.settle(staying, 'release', call)
}

function nothingFound({ ended }: ClaimSession): AppError {
  if (ended === 'beyond-reach' || ended === 'budget') {
    return new AppError(
      'conflict',
      'None of these messages could be reached: gone, held by a consumer, or too deep',
    )
  }
  return new AppError('not_found', 'None of these messages is there any more')
}

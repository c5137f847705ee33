import type { Claim, ClaimSession } from '../../contract/index.ts'
import { BrokerError } from '../../contract/index.ts'
import type { SandboxLog } from '../engine/log.ts'
import type { Gate } from './gate.ts'
import { noEffect, parseLogId, showRecord } from './views.ts'

/** Reads the selected ids at will; nothing is held, and settling is the caller's own mark. */
export function openLogSession(gate: Gate, log: SandboxLog, ids: readonly string[]): ClaimSession {
  let next = 0
  let isMissing = false
  let isClosed = false
  const session: ClaimSession & { ended: ClaimSession['ended'] } = {
    ended: null,
    effects: [noEffect],
    async next(max, call) {
      return gate.touch(call, () => {
        if (isClosed) throw new BrokerError('conflict', 'This session is closed')
        const claims: Claim[] = []
        for (; next < ids.length && claims.length < max; next += 1) {
          const at = parseLogId(ids[next] ?? '')
          const record = at ? log.partition(at.partition)?.at(at.offset) : null
          if (at && record) claims.push({ message: showRecord(at.partition, record), token: at })
          else isMissing = true
        }
        if (next >= ids.length) session.ended = isMissing ? 'beyond-reach' : 'done'
        return claims
      })
    },
    settle: (_claims, _verdict, call) => gate.touch(call, () => undefined),
    async close() {
      isClosed = true
    },
  }
  return session
}

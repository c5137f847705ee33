import { countOf, formatBytes } from '../../../lib/format/number.ts'
import type { Problem } from '../../../lib/schemas/problem.ts'
import type { ServerBook } from './server-book.ts'
import { type Info, infoNumber, infoRows } from './server-info.ts'

const nearlyFull = 0.9

export interface Health {
  readonly problems: readonly Problem[]
  /** Why this server refuses writes now, in a sentence. */
  readonly refusesWrites: string | null
}

/**
 * What is wrong with a server, a sentence each. `stopsOnSaveError` is its `stop-writes-on-bgsave-error`; null where
 * that could not be read.
 */
export function healthOf(
  node: string,
  info: Info,
  stopsOnSaveError: boolean | null,
  book: ServerBook,
): Health {
  const problems: Problem[] = []
  const add = (code: string, message: string) => problems.push({ scope: node, code, message })
  const full = memoryRefusal(node, info, book.rise(node, 'errorstat_OOM', info))
  const memory = full ?? memoryWarning(node, info)
  if (memory !== null) add('memory', memory)
  const evicted = book.rise(node, 'evicted_keys', info)
  if (evicted > 0) add('evicted', `${node} evicted ${countOf(evicted, 'key')} since the look before`)
  const saving = savingRefusal(node, info, stopsOnSaveError)
  if (saving.problem !== null) add(saving.code, saving.problem)
  const clients = clientTrouble(node, info, book.rise(node, 'rejected_connections', info))
  if (clients !== null) add('clients', clients)
  if (info.get('master_link_status') === 'down')
    add('replica', `${node} has no link to its master ${info.get('master_host')}:${info.get('master_port')}`)
  if (info.get('loading') === '1') add('loading', `${node} is loading its data and answers nothing else yet`)
  const isMaster = info.get('role') !== 'slave'
  return { problems, refusesWrites: isMaster ? (full ?? saving.refusal) : null }
}

function memoryOf(info: Info) {
  const used = infoNumber(info, 'used_memory') ?? 0
  // Redis leaves out what it needs for replicas and the append-only file when it compares.
  const counted = used - (infoNumber(info, 'mem_not_counted_for_evict') ?? 0)
  return {
    used,
    counted,
    limit: infoNumber(info, 'maxmemory') ?? 0,
    policy: info.get('maxmemory_policy') ?? '',
  }
}

/**
 * Full, and nothing may be evicted: the policy says so, or it takes only keys that expire and there are none. A command
 * counts while it waits, so a large one is refused a little below the limit: then the refusals themselves tell.
 */
function memoryRefusal(node: string, info: Info, refused: number): string | null {
  const { counted, limit, policy } = memoryOf(info)
  const isFull = counted > limit || (refused > 0 && counted > limit * nearlyFull)
  if (limit === 0 || !isFull) return null
  const expiring = infoRows(info, /^db\d+$/).reduce((sum, row) => sum + Number(row.get('expires') ?? 0), 0)
  const evictsNothing = policy === 'noeviction' || (policy.startsWith('volatile-') && expiring === 0)
  return evictsNothing
    ? `${node} has no memory left (${formatBytes(counted)} of ${formatBytes(limit)} maxmemory, ${policy}): writes are refused`
    : null
}

function memoryWarning(node: string, info: Info): string | null {
  const { counted, limit, policy } = memoryOf(info)
  if (limit === 0 || counted <= limit * nearlyFull) return null
  const share = Math.floor((counted / limit) * 100)
  const consequence =
    policy === 'noeviction' ? 'writes are refused at the limit' : `keys are evicted (${policy})`
  return `${node} is at ${share} % of maxmemory (${formatBytes(counted)} of ${formatBytes(limit)}); ${consequence}`
}

function savingRefusal(node: string, info: Info, stopsOnSaveError: boolean | null) {
  const none = { code: 'rdb', problem: null, refusal: null }
  if (info.get('aof_last_write_status') === 'err' && info.get('aof_enabled') !== '0') {
    const problem = `${node} could not write its append-only file: writes are refused (MISCONF)`
    return { code: 'aof', problem, refusal: problem }
  }
  if (info.get('aof_last_bgrewrite_status') === 'err' && info.get('rdb_last_bgsave_status') !== 'err')
    return { ...none, code: 'aof', problem: `${node} could not rewrite its append-only file` }
  if (info.get('rdb_last_bgsave_status') !== 'err') return none
  const failed = `${node} could not save its data to disk`
  if (stopsOnSaveError === true) {
    const problem = `${failed}: writes are refused (MISCONF)`
    return { ...none, problem, refusal: problem }
  }
  const doubt = stopsOnSaveError === null ? ', and may refuse writes for it' : ''
  return { ...none, problem: `${failed}${doubt}` }
}

function clientTrouble(node: string, info: Info, rejected: number): string | null {
  const [clients, limit] = [infoNumber(info, 'connected_clients'), infoNumber(info, 'maxclients')]
  if (rejected > 0) return `${node} turned away ${countOf(rejected, 'connection')} since the look before`
  if (clients === null || limit === null || clients < limit * nearlyFull) return null
  return `${node} has ${clients} of ${limit} connections`
}

import type { Permission } from '../../lib/domain/permissions.ts'
import type { Caller } from '../brokers/contract/index.ts'
import type { Control } from './control.ts'
import { RunLedger } from './ledger.ts'
import type { LiveRun } from './live-run.ts'
import { Pace } from './pace.ts'
import type { ReplayPorts } from './ports.ts'
import type { RunContext } from './run-context.ts'
import { Targets } from './targets.ts'

const jobPermissions: ReadonlySet<Permission> = new Set<Permission>([
  'brokers.read',
  'messages.read',
  'messages.publish',
  'messages.settle',
])

/** A run acts under the name of the person who started it, with the audit entry of the run. */
export function jobCaller(actor: string, auditId: string | null): Caller {
  return { actor, via: 'job', permissions: jobPermissions, auditId }
}

/** Connections, targets and ledger for one pass; nothing of it outlives a broken pass. */
export async function openRun(
  ports: ReplayPorts,
  run: LiveRun,
  control: Control,
  auditId: string | null = run.row.auditId,
): Promise<RunContext> {
  const { plan, row } = run
  const caller = jobCaller(plan.startedBy ?? row.createdBy, auditId)
  const source = ports.findBroker(row.broker).as(caller)
  const target = plan.targetBroker === row.broker ? source : ports.findBroker(plan.targetBroker).as(caller)
  const ledger = await RunLedger.open(ports.storage.replays, row.id, ports.now, run.progress)
  run.counts = ledger.counts
  const targets = new Targets({
    plan,
    connection: target,
    edges: await ports.edgesOf(row.broker),
    readFailure: ports.readFailure,
    remember: (id, known) => run.changePlan((now) => ({ ...now, targets: { ...now.targets, [id]: known } })),
  })
  const pace = new Pace(plan.input.rate ?? null, ports.now)
  return { id: row.id, plan, total: row.total, ports, ledger, source, target, targets, control, pace }
}

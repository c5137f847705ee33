import type { Need, StatusState, Verdict } from '../../../lib/schemas/need.ts'
import type { NeedRepository, NeedRow } from '../../storage/contract/index.ts'
import type { Judged } from '../judge-broker.ts'

const levels: Partial<Record<StatusState, Verdict['level']>> = {
  ok: 'ok',
  unknown: 'unknown',
  lagging: 'warn',
  rewound: 'warn',
  degraded: 'warn',
}

/** One verdict on the group `readers` of broker `b`, unless told otherwise. */
export function judgedOf(
  state: StatusState,
  more: Partial<Judged> & { sinceMs?: number | null } = {},
): Judged {
  const { sinceMs = null, ...rest } = more
  return {
    broker: 'b',
    subject: { kind: 'group', id: 'g', name: 'readers' } satisfies Need['subject'],
    verdict: {
      state,
      level: levels[state] ?? 'crit',
      word: state,
      sentence: `It is ${state}.`,
      evidence: [],
      since: sinceMs === null ? null : new Date(sinceMs).toISOString(),
      next: null,
    },
    lossInMs: null,
    weight: 0,
    mark: [],
    ...rest,
  }
}

/** A store that outlives the console. */
export function memoryNeeds(): NeedRepository & { readonly rows: Map<string, NeedRow> } {
  const rows = new Map<string, NeedRow>()
  return {
    rows,
    list: async () => [...rows.values()],
    put: async (changed) => {
      for (const row of changed) rows.set(row.id, structuredClone(row))
    },
    remove: async (ids) => {
      for (const id of ids) rows.delete(id)
    },
  }
}

const ignore = () => undefined
export const silentLog = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => silentLog }

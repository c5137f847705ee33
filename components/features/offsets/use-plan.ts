import { useState } from 'react'
import { ApiError } from '@/lib/api/client'
import { usePlanOffsets, useResetOffsets } from '@/lib/queries/group-acts'
import type { OffsetPlan, OffsetPlanInput } from '@/lib/schemas/offset'

/** A plan, asked for and then applied as it was shown; a change of mind forgets it. */
export function usePlan(broker: string, group: string) {
  const planning = usePlanOffsets(broker, group)
  const reset = useResetOffsets(broker, group)
  const [shown, setShown] = useState<{ plan: OffsetPlan; at: string } | null>(null)
  return {
    shown,
    planning,
    reset,
    plan(input: OffsetPlanInput) {
      reset.reset()
      planning.mutate(input, {
        onSuccess: (plan) => setShown({ plan, at: new Date().toISOString() }),
      })
    },
    forget() {
      setShown(null)
      planning.reset()
      reset.reset()
    },
    apply(confirm: string, whenEmpty: boolean) {
      if (!shown) return
      const rows = shown.plan.rows.map(({ destination, partition, old, next }) => ({
        destination,
        partition,
        old,
        next,
      }))
      reset.mutate({ rows, confirm, whenEmpty })
    },
    /** The plan does not hold any more: offsets moved, or members came. */
    isOutdated: reset.error instanceof ApiError && reset.error.code === 'conflict',
  }
}

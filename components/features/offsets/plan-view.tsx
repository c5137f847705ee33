import { Note } from '@/components/ui/notice'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { countOf } from '@/lib/format/number'
import { problemWords } from '@/lib/format/problem'
import type { OffsetPlan } from '@/lib/schemas/offset'
import { PlanTable } from './plan-table.tsx'
import { memberWords } from './words.ts'

const named = 8

/** What a plan would do: in a sentence, by partition, and who is in its way. */
export function PlanView({ plan, at }: { plan: OffsetPlan; at: string }) {
  const { members } = plan
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="font-[560]">
        {visibleText(plan.sentence)}{' '}
        <span className="font-[450] text-ink-3">
          Planned <Time at={at} style="clock" />.
        </span>
      </p>
      <PlanTable rows={plan.rows} />
      {plan.problems.map((problem) => (
        <Note key={`${problem.scope} ${problem.message}`} tone="warn">
          {problemWords(problem)}
        </Note>
      ))}
      {members.length > 0 ? (
        <Note tone="warn">
          <p className="font-[600]">
            {countOf(members.length, 'member')} {members.length === 1 ? 'is' : 'are'} reading: a group is not
            moved under its readers.
          </p>
          <ul>
            {members.slice(0, named).map((member) => (
              <li key={member.id} className="break-all">
                {memberWords(member)}
              </li>
            ))}
          </ul>
          {members.length > named ? <p>and {members.length - named} more</p> : null}
          <p>Stop them, or arm the reset: it is applied as soon as the group is empty.</p>
        </Note>
      ) : null}
    </div>
  )
}

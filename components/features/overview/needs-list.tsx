import { controlClass } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { AppLink } from '@/components/ui/link'
import { StateMark } from '@/components/ui/state-mark'
import { Time } from '@/components/ui/time'
import { visibleText } from '@/lib/format/name'
import { deadLettersPath } from '@/lib/format/paths'
import type { Need } from './needs.ts'

const most = 7

export function NeedsList({ needs }: { needs: readonly Need[] }) {
  const rest = needs.length - most
  return (
    <Card>
      <ul>
        {needs.slice(0, most).map((need) => (
          <li key={need.key} className="flex items-center gap-3 border-b px-3.5 py-2.5 last:border-b-0">
            <StateMark level={need.level} />
            <div className="min-w-0 flex-1">
              <p className="truncate max-md:whitespace-normal">
                <span className="font-[620]">{visibleText(need.title)}</span>
                <span className="text-ink-3"> · {visibleText(need.where)}</span>
                {need.since ? (
                  <span className="text-ink-3 md:hidden">
                    {' · '}
                    <Time at={need.since} style="age" />
                  </span>
                ) : null}
              </p>
              <p className="truncate text-ink-2 max-md:whitespace-normal" title={visibleText(need.why)}>
                {visibleText(need.why)}
              </p>
            </div>
            {need.since ? (
              <span className="text-ink-3 max-md:hidden">
                <Time at={need.since} style="age" />
              </span>
            ) : null}
            <AppLink
              href={need.href}
              className={`${controlClass} border border-line-strong hover:bg-sunken`}
              aria-label={`${need.step}: ${visibleText(need.title)}`}
            >
              {need.step}
            </AppLink>
          </li>
        ))}
      </ul>
      {rest > 0 ? (
        <p className="border-t px-3.5 py-2 text-ink-3">
          {rest} more.{' '}
          <AppLink href={deadLettersPath()} className="text-ink underline underline-offset-3">
            See all dead letters
          </AppLink>
        </p>
      ) : null}
    </Card>
  )
}

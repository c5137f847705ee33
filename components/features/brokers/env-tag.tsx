import { clsx } from 'clsx'
import type { Environment } from '@/lib/schemas/broker'

const looks: Record<Environment, { word: string; className: string; title: string }> = {
  production: { word: 'prod', className: 'border-ink bg-ink text-surface', title: 'Production' },
  staging: { word: 'stage', className: 'border-stage text-stage-ink', title: 'Staging' },
  development: { word: 'dev', className: 'border-dev text-dev-ink', title: 'Development' },
  unknown: {
    word: 'env unknown',
    className: 'border-dashed border-line-strong text-ink-2',
    title: 'Nobody has said which environment this is',
  },
}

/** prod is filled and inverted, so that it is never mistaken for critical; the others are bordered. */
export function EnvTag({ environment }: { environment: Environment }) {
  const look = looks[environment]
  return (
    <span
      title={look.title}
      className={clsx(
        'inline-flex shrink-0 items-center rounded-[4px] border px-1 text-[10.5px] font-[600] leading-[15px]',
        look.className,
      )}
    >
      {look.word}
    </span>
  )
}

import { clsx } from 'clsx'
import { Plug } from 'lucide-react'
import { controlClass } from '@/components/ui/button'
import { AppLink } from '@/components/ui/link'
import { addBrokerPath } from '@/lib/format/paths'
import type { Broker } from '@/lib/schemas/broker'

/** A found broker is touched only after a person said who it is: this leads to the form, with its address filled in. */
export function ConnectLink({ broker }: { broker: Pick<Broker, 'id' | 'label'> }) {
  return (
    <AppLink
      href={addBrokerPath({ found: broker.id })}
      aria-label={`Connect ${broker.label}`}
      className={clsx(controlClass, 'border border-line-strong bg-surface text-ink hover:bg-sunken')}
    >
      <Plug className="size-3.5" aria-hidden />
      Connect
    </AppLink>
  )
}

'use client'

import { Plug } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { useConnectBroker } from '@/lib/queries/brokers'
import { wordsOf } from '@/lib/queries/errors'
import type { Broker } from '@/lib/schemas/broker'

/** A found broker is touched only after this button. It is read-only then, its environment unknown. */
export function ConnectButton({ broker }: { broker: Broker }) {
  const connect = useConnectBroker()
  return (
    <span className="flex min-w-0 items-center gap-2">
      {connect.isError ? (
        <span role="alert" className="truncate text-crit-ink" title={wordsOf(connect.error)}>
          {wordsOf(connect.error)}
        </span>
      ) : null}
      <Button
        busy={connect.isPending}
        onClick={() => connect.mutate({ broker: broker.id, environment: 'unknown' })}
      >
        <Plug className="size-3.5" aria-hidden />
        Connect
      </Button>
    </span>
  )
}

'use client'

import dynamic from 'next/dynamic'
import { useUrlState } from '@/components/ui/use-url-state'
import type { Broker } from '@/lib/schemas/broker'
import type { DestinationDetail } from '@/lib/schemas/destination'

const Asked = dynamic(() => import('./replay-all.tsx').then((file) => file.ReplayAll), { ssr: false })

/** The replay of everything that lies here, where the address asks for it (`replay=all`). */
export function ReplayAll(props: { broker: Broker; row: DestinationDetail }) {
  const { get } = useUrlState()
  return get('replay') === 'all' ? <Asked {...props} /> : null
}

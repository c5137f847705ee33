import type { Metadata } from 'next'
import { AddBrokerPage } from '@/components/features/broker-form'

export const metadata: Metadata = { title: 'Add a broker' }

export default function Page() {
  return <AddBrokerPage />
}

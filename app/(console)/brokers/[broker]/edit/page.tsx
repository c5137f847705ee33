import type { Metadata } from 'next'
import { EditBrokerPage } from '@/components/features/broker-form'

export const metadata: Metadata = { title: 'Settings' }

export default async function Page({ params }: PageProps<'/brokers/[broker]/edit'>) {
  const { broker } = await params
  return <EditBrokerPage broker={decodeURIComponent(broker)} />
}

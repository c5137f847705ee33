import type { Metadata } from 'next'
import { BrokerPage } from '@/components/features/destinations'
import { titleOf } from '@/server/access/gate'

export async function generateMetadata({ params }: PageProps<'/brokers/[broker]'>): Promise<Metadata> {
  const title = await titleOf(await params)
  return title ? { title } : {}
}

export default async function Page({ params }: PageProps<'/brokers/[broker]'>) {
  const { broker } = await params
  return <BrokerPage broker={decodeURIComponent(broker)} />
}

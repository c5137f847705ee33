import type { Metadata } from 'next'
import { BrokerPage } from '@/components/features/destinations'
import { visibleText } from '@/lib/format/name'
import { titleOf } from '@/server/access/gate'

export async function generateMetadata({ params }: PageProps<'/brokers/[broker]'>): Promise<Metadata> {
  const { broker } = await params
  return { title: (await titleOf({ broker })) ?? visibleText(decodeURIComponent(broker)) }
}

export default async function Page({ params }: PageProps<'/brokers/[broker]'>) {
  const { broker } = await params
  return <BrokerPage broker={decodeURIComponent(broker)} />
}

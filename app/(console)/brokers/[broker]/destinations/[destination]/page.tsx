import type { Metadata } from 'next'
import { DestinationPage } from '@/components/features/destinations'
import { titleOf } from '@/server/access/gate'

export async function generateMetadata({
  params,
}: PageProps<'/brokers/[broker]/destinations/[destination]'>): Promise<Metadata> {
  const title = await titleOf(await params)
  return { title: title ?? 'Destination' }
}

export default async function Page({ params }: PageProps<'/brokers/[broker]/destinations/[destination]'>) {
  const { broker, destination } = await params
  return <DestinationPage broker={decodeURIComponent(broker)} destination={decodeURIComponent(destination)} />
}

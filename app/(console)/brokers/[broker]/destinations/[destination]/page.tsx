import { DestinationPage } from '@/components/features/destinations'

export default async function Page({ params }: PageProps<'/brokers/[broker]/destinations/[destination]'>) {
  const { broker, destination } = await params
  return <DestinationPage broker={decodeURIComponent(broker)} destination={decodeURIComponent(destination)} />
}

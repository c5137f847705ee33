import { BrokerPage } from '@/components/features/destinations'

export default async function Page({ params }: PageProps<'/brokers/[broker]'>) {
  const { broker } = await params
  return <BrokerPage broker={decodeURIComponent(broker)} />
}

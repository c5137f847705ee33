import { GroupPage } from '@/components/features/groups'

export default async function Page({ params }: PageProps<'/brokers/[broker]/groups/[group]'>) {
  const { broker, group } = await params
  return <GroupPage broker={decodeURIComponent(broker)} group={decodeURIComponent(group)} />
}

import type { Metadata } from 'next'
import { GroupPage } from '@/components/features/groups'
import { titleOf } from '@/server/access/gate'

export async function generateMetadata({
  params,
}: PageProps<'/brokers/[broker]/groups/[group]'>): Promise<Metadata> {
  const title = await titleOf(await params)
  return { title: title ?? 'Group' }
}

export default async function Page({ params }: PageProps<'/brokers/[broker]/groups/[group]'>) {
  const { broker, group } = await params
  return <GroupPage broker={decodeURIComponent(broker)} group={decodeURIComponent(group)} />
}

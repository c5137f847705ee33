import { RunPage } from '@/components/features/replays'

export default async function Page({ params }: PageProps<'/replays/[replay]'>) {
  const { replay } = await params
  return <RunPage replay={decodeURIComponent(replay)} />
}

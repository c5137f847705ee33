import type { Metadata } from 'next'
import { RunPage } from '@/components/features/replays'

export const metadata: Metadata = { title: 'Replay run' }

export default async function Page({ params }: PageProps<'/replays/[replay]'>) {
  const { replay } = await params
  return <RunPage replay={decodeURIComponent(replay)} />
}

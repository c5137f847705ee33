import { ReplaysPage } from '@/components/features/replays'

export default function Page() {
  return <ReplaysPage />
}

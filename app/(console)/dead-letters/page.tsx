import { DeadLettersPage } from '@/components/features/dead-letters'

export default function Page() {
  return <DeadLettersPage />
}

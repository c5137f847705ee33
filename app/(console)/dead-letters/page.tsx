import type { Metadata } from 'next'
import { DeadLettersPage } from '@/components/features/dead-letters'

export const metadata: Metadata = { title: 'Dead letters' }

export default function Page() {
  return <DeadLettersPage />
}

import type { Metadata } from 'next'
import { BackupsPage } from '@/components/features/records'

export const metadata: Metadata = { title: 'Backups' }

export default function Page() {
  return <BackupsPage />
}

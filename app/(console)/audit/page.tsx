import type { Metadata } from 'next'
import { AuditPage } from '@/components/features/records'

export const metadata: Metadata = { title: 'Audit' }

export default function Page() {
  return <AuditPage />
}

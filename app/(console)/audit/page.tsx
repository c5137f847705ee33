import { AuditPage } from '@/components/features/records'

export default function Page() {
  return <AuditPage />
}

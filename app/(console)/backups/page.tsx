import { BackupsPage } from '@/components/features/records'

export default function Page() {
  return <BackupsPage />
}

import { OverviewPage } from '@/components/features/overview'

export default function Page() {
  return <OverviewPage />
}

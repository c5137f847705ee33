import { SettingsPage } from '@/components/features/settings'

export default function Page() {
  return <SettingsPage />
}

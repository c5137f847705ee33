import { AddBrokerPage } from '@/components/features/broker-form'

export default function Page() {
  return <AddBrokerPage />
}

import type { Metadata } from 'next'
import { ComparePage } from '@/components/features/charts'

export const metadata: Metadata = { title: 'Compare' }

export default function Page() {
  return <ComparePage />
}

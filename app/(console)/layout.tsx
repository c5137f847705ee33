import type { ReactNode } from 'react'
import { Shell } from '@/components/shell/shell'
import { requireSignIn } from '@/server/access/gate'

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  await requireSignIn()
  return <Shell>{children}</Shell>
}

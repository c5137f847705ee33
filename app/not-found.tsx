import { AppLink } from '@/components/ui/link'

export default function NotFound() {
  return (
    <main className="flex h-dvh flex-col items-center justify-center gap-2 p-6 text-center">
      <title>No such page · Signalbox</title>
      <h1 className="text-[18px] font-[650]">There is no such page</h1>
      <p className="text-ink-2">The link may be old, or what it named is gone.</p>
      <AppLink href="/" className="underline underline-offset-3">
        Go to the overview
      </AppLink>
    </main>
  )
}

'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/field'
import { Note } from '@/components/ui/notice'
import { wordsOf } from '@/lib/queries/errors'
import { signIn } from '@/lib/queries/session'

/** Spends the one-time token when the button is pressed, never by opening the address. */
export function SignInPage({ token }: { token: string | null }) {
  const [typed, setTyped] = useState(token ?? '')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const submit = async () => {
    setBusy(true)
    setError(null)
    try {
      await signIn(typed.trim())
      // A full load: nothing fetched before signing in may live on, and the token leaves the address.
      window.location.replace('/')
    } catch (failure) {
      setError(wordsOf(failure))
      setBusy(false)
    }
  }
  return (
    <main className="flex h-dvh items-center justify-center overflow-y-auto p-4">
      <form
        aria-label="Sign in"
        className="flex w-full max-w-[400px] flex-col gap-4 rounded-card border bg-surface p-6"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <div>
          <h1 className="text-[18px] font-[650]">Sign in to Signalbox</h1>
          <p className="mt-1 text-ink-2">
            {token
              ? 'This link carries a one-time token. It is spent by the button, once.'
              : 'Paste the token from the link that the server printed when it started.'}
          </p>
        </div>
        {token ? null : (
          <Field label="One-time token">
            {(id) => (
              <Input
                id={id}
                className="font-mono"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        )}
        {error ? (
          <Note tone="crit">
            <span role="alert">{error}</span>
          </Note>
        ) : null}
        <Button
          type="submit"
          look="primary"
          className="h-9!"
          busy={busy}
          blocked={typed.trim() ? null : 'Paste the token first'}
        >
          {busy ? 'Signing in' : 'Sign in'}
        </Button>
        <p className="text-[12px] text-ink-3">
          A token is good once and for 15 minutes. For a new link run{' '}
          <code className="font-mono text-ink-2">npm run sign-in</code> where Signalbox is installed.
        </p>
      </form>
    </main>
  )
}

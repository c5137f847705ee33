'use client'

import { FileCode } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { copyText } from '@/components/ui/copy-button'
import type { DraftState } from './use-draft.ts'

/** Test, copy, save; and what saving means just now. */
export function FormFoot({
  form,
  denied,
  isSaving,
  saveWords,
  copy,
}: {
  form: DraftState
  denied: string | null
  isSaving: boolean
  saveWords: string
  copy: ReactNode
}) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      {form.isTesting ? (
        <Button onClick={form.stopTest}>Stop the test</Button>
      ) : (
        <Button blocked={denied} onClick={form.runTest}>
          Test
        </Button>
      )}
      {copy}
      <span className="ml-auto text-ink-3 max-md:ml-0 max-md:w-full">{sayTested(form)}</span>
      <Button type="submit" look="primary" blocked={denied} busy={isSaving} className="max-md:w-full">
        {saveWords}
      </Button>
    </div>
  )
}

function sayTested({ verdict, test }: DraftState): string {
  if (verdict === true) return 'Tested: it works.'
  if (verdict === false) return 'The test failed; saved all the same, it is shown as down until it works.'
  return test ? 'Changed since the test.' : 'Not tested; it can be saved all the same.'
}

/** Copies what `write` answers (null: it said at the fields what is missing); its refusals go to the fields. */
export function CopyYaml({
  write,
  onError,
}: {
  write: () => Promise<string | null>
  onError: (error: unknown) => void
}) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      const text = await write()
      if (text === null || !(await copyText(text))) return
      setCopied(true)
      setTimeout(() => setCopied(false), 1500)
    } catch (error) {
      onError(error)
    }
  }
  return (
    <Button onClick={copy}>
      <FileCode className="size-3.5" aria-hidden />
      {copied ? 'Copied' : 'Copy as YAML'}
    </Button>
  )
}

'use client'

import { useRef, useState } from 'react'
import { fieldErrors, useTestBroker } from '@/lib/queries/broker-form'
import type { BrokerKindInfo } from '@/lib/schemas/broker-form'
import { type Draft, findGaps, slugOf, withFirstChoices } from './draft.ts'

/** The state of a form: what was typed, what is wrong with it, and the test of it. */
export function useDraft(start: Draft, kinds: readonly BrokerKindInfo[], stored: string | null) {
  const [draft, setDraft] = useState(start)
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map())
  const test = useTestBroker()
  const running = useRef<AbortController | null>(null)
  const [tested, setTested] = useState<Draft | null>(null)
  const kind = kinds.find((one) => one.kind === draft.kind)
  const id = draft.id ?? slugOf(draft.label)
  const values = kind ? withFirstChoices(kind.fields, draft.values) : draft.values

  function change(next: Partial<Draft>) {
    setDraft({ ...draft, ...next })
    if (errors.size > 0) setErrors(new Map())
  }

  /** Puts what was refused at its fields, and the focus into the first. */
  function refuse(found: ReadonlyMap<string, string>) {
    setErrors(found)
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>('[aria-invalid=true], [data-invalid] button')?.focus(),
    )
  }

  return {
    draft,
    kind,
    id,
    values,
    errors,
    change,
    setValue: (name: string, value: Draft['values'][string]) =>
      change({ values: { ...draft.values, [name]: value } }),
    refuse,
    fail: (error: unknown) => refuse(fieldErrors(error)),
    /** False, with what is missing at its fields, when it cannot be sent yet. */
    isReady() {
      const gaps = findGaps(draft, id)
      if (gaps.size > 0) refuse(gaps)
      return gaps.size === 0
    },
    test: tested?.kind === draft.kind ? test.data : undefined,
    isTesting: test.isPending,
    /** What the test says of the values as they stand now; null when they are another's, or were never tried. */
    verdict: test.data && tested?.values === draft.values && tested.kind === draft.kind ? test.data.ok : null,
    runTest() {
      if (!draft.kind) return
      const abort = new AbortController()
      running.current = abort
      setErrors(new Map())
      const body = { kind: draft.kind, values, ...(stored === null ? {} : { id: stored }) }
      test.mutate(
        { body, signal: abort.signal },
        {
          onSuccess: () => setTested(draft),
          onError: (error) => {
            if (!abort.signal.aborted) refuse(fieldErrors(error))
          },
        },
      )
    },
    stopTest: () => running.current?.abort(),
  }
}

export type DraftState = ReturnType<typeof useDraft>

'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { Card } from '@/components/ui/card'
import { Choices } from '@/components/ui/field'
import { Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Page, titleClass } from '@/components/ui/page'
import { useUrlState } from '@/components/ui/use-url-state'
import { brokerPath } from '@/lib/format/paths'
import {
  useBrokerKinds,
  useBrokerSettings,
  useSaveBroker,
  useWriteBrokerYaml,
} from '@/lib/queries/broker-form'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { useDenied } from '@/lib/queries/session'
import type { BrokerKindInfo, BrokerSettings } from '@/lib/schemas/broker-form'
import { Block, ConnectionFields, IdentityFields } from './broker-fields.tsx'
import { draftOf, emptyDraft, modeOf } from './draft.ts'
import { CopyYaml, FormFoot } from './form-foot.tsx'
import { TestSteps } from './test-steps.tsx'
import { useDraft } from './use-draft.ts'

/** Adds a broker by form; `?found=` begins with what is known of one that was found on this machine. */
export function AddBrokerPage() {
  const { get } = useUrlState()
  const found = get('found')
  const kinds = useBrokerKinds()
  const known = useBrokerSettings(found)
  const failed = kinds.error ?? known.error
  return (
    <Page crumbs={[{ label: 'Brokers', href: '/settings' }, { label: 'Add a broker' }]}>
      <div>
        <h1 className={titleClass}>Add a broker</h1>
        <p className="text-ink-3">
          Live as soon as it is saved, without a restart. Its secrets are stored encrypted in the data
          directory.
        </p>
      </div>
      {failed ? (
        <Card>
          <Failed
            what="The form could not be read"
            words={wordsOf(failed)}
            forbidden={isForbidden(failed)}
            onRetry={() => {
              void kinds.refetch()
              if (found) void known.refetch()
            }}
          />
        </Card>
      ) : kinds.data && (found === null || known.data) ? (
        <AddForm key={found ?? ''} kinds={kinds.data} found={known.data ?? null} />
      ) : (
        <Card>
          <LoadingRows rows={8} label="Loading the form" />
        </Card>
      )}
    </Page>
  )
}

function AddForm({ kinds, found }: { kinds: readonly BrokerKindInfo[]; found: BrokerSettings | null }) {
  const router = useRouter()
  const { get, set } = useUrlState()
  const denied = useDenied('brokers.manage')
  const asked = kinds.find(({ kind }) => kind === get('kind'))?.kind ?? null
  const form = useDraft(found ? draftOf(found) : { ...emptyDraft, kind: asked }, kinds, null)
  const save = useSaveBroker()
  const yaml = useWriteBrokerYaml()
  const { draft, id, values } = form

  function body() {
    if (!draft.kind || !draft.environment) return null
    const { kind, label, environment } = draft
    return { id, kind, label: label.trim(), environment, mode: modeOf(draft), values }
  }

  function submit() {
    const input = form.isReady() ? body() : null
    if (!input || denied || save.isPending) return
    save.mutate(
      { create: input },
      { onSuccess: (broker) => router.push(brokerPath(broker.id) as Route), onError: form.fail },
    )
  }

  async function writeYaml(): Promise<string | null> {
    const input = form.isReady() ? body() : null
    return input ? (await yaml.mutateAsync(input)).yaml : null
  }

  return (
    <form
      noValidate
      className="grid grid-cols-[minmax(0,560px)_minmax(0,460px)] items-start gap-4 max-lg:grid-cols-[minmax(0,640px)]"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="flex min-w-0 flex-col gap-4">
        <Block title="Kind">
          <Choices
            label="Kind of broker"
            options={kinds.map(({ kind, product }) => ({ id: kind, label: product }))}
            value={draft.kind ?? ''}
            onChange={(one) => {
              form.change({ kind: one as BrokerKindInfo['kind'], values: {} })
              set({ kind: one })
            }}
          />
        </Block>
        {form.kind ? (
          <>
            <ConnectionFields form={form} secrets={[]} />
            <IdentityFields form={form} isNew />
            {form.errors.has('') ? <Note tone="crit">{form.errors.get('')}</Note> : null}
            <FormFoot
              form={form}
              denied={denied}
              isSaving={save.isPending}
              saveWords={draft.label.trim() ? `Add ${draft.label.trim().slice(0, 30)}` : 'Add the broker'}
              copy={<CopyYaml write={writeYaml} onError={form.fail} />}
            />
          </>
        ) : null}
      </div>
      {form.kind ? <TestSteps test={form.test} isRunning={form.isTesting} /> : null}
    </form>
  )
}

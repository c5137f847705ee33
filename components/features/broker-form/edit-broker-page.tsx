'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { EnvTag } from '@/components/features/brokers'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { Failed, LoadingRows, Note } from '@/components/ui/notice'
import { Page, PageTitle, titleClass } from '@/components/ui/page'
import { visibleText } from '@/lib/format/name'
import { brokerPath } from '@/lib/format/paths'
import { useBrokerKinds, useBrokerSettings, useSaveBroker } from '@/lib/queries/broker-form'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import { useDenied } from '@/lib/queries/session'
import type { BrokerKindInfo, BrokerSettings } from '@/lib/schemas/broker-form'
import { ConnectionFields, IdentityFields } from './broker-fields.tsx'
import { draftOf, modeOf } from './draft.ts'
import { FormFoot } from './form-foot.tsx'
import { TestSteps } from './test-steps.tsx'
import { useDraft } from './use-draft.ts'

/** Changes a broker that was added here; one from signalbox.yaml says where to change it. */
export function EditBrokerPage({ broker }: { broker: string }) {
  const kinds = useBrokerKinds()
  const settings = useBrokerSettings(broker)
  const failed = kinds.error ?? settings.error
  const label = visibleText(settings.data?.label ?? broker)
  return (
    <Page
      crumbs={[
        { label: 'Brokers', href: '/settings' },
        { label, href: brokerPath(broker) },
        { label: 'Settings' },
      ]}
    >
      <PageTitle>
        <h1 className={titleClass}>Settings of {label}</h1>
        {settings.data ? <EnvTag environment={settings.data.environment} /> : null}
      </PageTitle>
      {failed ? (
        <Card>
          <Failed
            what="Its settings could not be read"
            words={wordsOf(failed)}
            forbidden={isForbidden(failed)}
            onRetry={() => {
              void kinds.refetch()
              void settings.refetch()
            }}
          />
        </Card>
      ) : kinds.data && settings.data ? (
        settings.data.locked ? (
          <Locked settings={settings.data} locked={settings.data.locked} />
        ) : (
          <EditForm kinds={kinds.data} settings={settings.data} />
        )
      ) : (
        <Card>
          <LoadingRows rows={8} label="Loading its settings" />
        </Card>
      )}
    </Page>
  )
}

function Locked({ settings, locked }: { settings: BrokerSettings; locked: string }) {
  return (
    <Card className="flex max-w-[640px] flex-col gap-3 p-3.5">
      <p>{locked}.</p>
      {settings.yaml ? (
        <>
          <pre className="overflow-x-auto rounded-control bg-sunken p-3 font-mono text-[12px]">
            {settings.yaml}
          </pre>
          <span>
            <CopyButton text={settings.yaml} label="Copy as YAML" />
          </span>
        </>
      ) : null}
    </Card>
  )
}

function EditForm({ kinds, settings }: { kinds: readonly BrokerKindInfo[]; settings: BrokerSettings }) {
  const router = useRouter()
  const denied = useDenied('brokers.manage')
  const form = useDraft(draftOf(settings), kinds, settings.id)
  const save = useSaveBroker()
  const { draft, values } = form

  function submit() {
    if (!form.isReady() || !draft.environment || denied || save.isPending) return
    const change = { label: draft.label.trim(), environment: draft.environment, mode: modeOf(draft), values }
    save.mutate(
      { id: settings.id, change },
      { onSuccess: (broker) => router.push(brokerPath(broker.id) as Route), onError: form.fail },
    )
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
        {settings.yaml === null ? (
          <Note tone="warn">
            What was stored of it cannot be read any more: fill in everything again, its secrets included.
          </Note>
        ) : null}
        <ConnectionFields form={form} secrets={settings.secrets} />
        <IdentityFields form={form} isNew={false} />
        {form.errors.has('') ? <Note tone="crit">{form.errors.get('')}</Note> : null}
        <FormFoot
          form={form}
          denied={denied}
          isSaving={save.isPending}
          saveWords="Save"
          copy={settings.yaml ? <CopyButton text={settings.yaml} label="Copy as YAML" /> : null}
        />
      </div>
      <TestSteps test={form.test} isRunning={form.isTesting} />
    </form>
  )
}

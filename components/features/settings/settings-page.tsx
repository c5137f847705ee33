'use client'

import { clsx } from 'clsx'
import { Plus } from 'lucide-react'
import { controlClass } from '@/components/ui/button'
import { Card, CardHead } from '@/components/ui/card'
import { Choices } from '@/components/ui/field'
import { AppLink } from '@/components/ui/link'
import { Failed, LoadingRows } from '@/components/ui/notice'
import { Page, PageTitle, titleClass } from '@/components/ui/page'
import { useZone } from '@/components/ui/time'
import { useTheme } from '@/components/ui/use-theme'
import { useUrlState } from '@/components/ui/use-url-state'
import { formatBytes } from '@/lib/format/number'
import { addBrokerPath } from '@/lib/format/paths'
import { useConsoleSettings } from '@/lib/queries/broker-form'
import { isForbidden, wordsOf } from '@/lib/queries/errors'
import type { ConsoleSettings } from '@/lib/schemas/broker-form'
import { BrokersCard } from './brokers-card.tsx'

/** Brokers and where their settings stand, this browser, and this console. */
export function SettingsPage() {
  return (
    <Page crumbs={[{ label: 'Settings' }]}>
      <PageTitle
        acts={
          <AppLink
            href={addBrokerPath()}
            className={clsx(controlClass, 'bg-accent text-on-accent hover:brightness-108')}
          >
            <Plus className="size-3.5" aria-hidden />
            Add a broker
          </AppLink>
        }
      >
        <h1 className={titleClass}>Settings</h1>
      </PageTitle>
      <BrokersCard />
      <div className="grid grid-cols-2 items-start gap-4 max-lg:grid-cols-1">
        <BrowserCard />
        <ConsoleCard />
      </div>
    </Page>
  )
}

const row = 'flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b px-3.5 py-2 last:border-b-0'

function BrowserCard() {
  const { choice, setChoice } = useTheme()
  const zone = useZone()
  const { set } = useUrlState()
  return (
    <Card>
      <CardHead title="This browser" hint="only here, for you" />
      <div className={row}>
        <span className="w-28">Theme</span>
        <Choices
          label="Theme"
          options={[
            { id: 'system', label: 'As this machine' },
            { id: 'light', label: 'Light' },
            { id: 'dark', label: 'Dark' },
          ]}
          value={choice}
          onChange={(next) => setChoice(next === 'light' || next === 'dark' ? next : 'system')}
        />
      </div>
      <div className={row}>
        <span className="w-28">Times</span>
        <Choices
          label="Times"
          options={[
            { id: 'local', label: 'Local' },
            { id: 'utc', label: 'UTC' },
          ]}
          value={zone}
          onChange={(next) => set({ zone: next === 'utc' ? 'utc' : null })}
        />
        <span className="text-ink-3">z toggles it; it stands in the address.</span>
      </div>
      <div className={row}>
        <span className="w-28">Keys</span>
        <span className="text-ink-2">? lists them, on every page.</span>
      </div>
    </Card>
  )
}

function ConsoleCard() {
  const settings = useConsoleSettings()
  return (
    <Card>
      <CardHead title="This console" />
      {settings.isPending ? <LoadingRows rows={5} label="Loading" /> : null}
      {settings.isError ? (
        <Failed
          what="Its settings could not be read"
          words={wordsOf(settings.error)}
          forbidden={isForbidden(settings.error)}
          onRetry={() => settings.refetch()}
        />
      ) : null}
      {settings.data ? <ConsoleFacts settings={settings.data} /> : null}
    </Card>
  )
}

function ConsoleFacts({ settings }: { settings: ConsoleSettings }) {
  const { version, dataDir, dataBytes, file, discover } = settings
  return (
    <dl>
      <Line label="Version">{version}</Line>
      <Line label="Configuration">
        {file === null ? (
          'No file; everything at its default'
        ) : (
          <code className="break-all font-mono">{file}</code>
        )}
      </Line>
      <Line label="Data directory">
        <code className="break-all font-mono">{dataDir}</code>
        <span className="text-ink-3">{dataBytes === null ? 'size unknown' : formatBytes(dataBytes)}</span>
      </Line>
      <Line label="Discovery">
        {discover ? 'Looks at the standard ports of this machine' : 'Off (discover in signalbox.yaml)'}
      </Line>
      <Line label="Sign-in">
        <span>
          Another link: <code className="font-mono">npm run sign-in</code> where Signalbox is installed. It
          works once, for 15 minutes.
        </span>
      </Line>
    </dl>
  )
}

function Line({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className={row}>
      <dt className="w-28 text-ink-3">{label}</dt>
      <dd className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3">{children}</dd>
    </div>
  )
}

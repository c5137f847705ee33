import { Inbox, Layers, type LucideIcon, MailX, Radio, RotateCcw, Send, Server, Users } from 'lucide-react'
import { nameOf } from '@/lib/format/name'
import { brokerPath, deadLettersPath, destinationPath, groupPath, replayPath } from '@/lib/format/paths'
import type { SearchHit } from '@/lib/schemas/search'
import type { Entry } from './entry.ts'

export type Verb = 'open' | 'messages' | 'publish' | 'replay'

export const verbWords: Readonly<Record<Verb, string>> = {
  open: 'Open',
  messages: 'Look at messages',
  publish: 'Publish to it',
  replay: 'Replay its dead letters',
}
const verbIcons: Readonly<Record<Verb, LucideIcon>> = {
  open: Layers,
  messages: Inbox,
  publish: Send,
  replay: RotateCcw,
}

type Go = (path: string) => void
const can = (hit: SearchHit, facet: 'browse' | 'publish' | 'claim') =>
  hit.abilities?.[facet] !== undefined && hit.abilities[facet].level !== 'none'

/** What can be done with what was found, as far as its broker, its mode and the person's rights allow. */
export function verbsOf(hit: SearchHit): readonly Verb[] {
  if (hit.kind !== 'destination') return ['open']
  return [
    'open',
    ...(can(hit, 'browse') && hit.type !== 'exchange' ? (['messages'] as const) : []),
    ...(can(hit, 'publish') ? (['publish'] as const) : []),
    ...(hit.isDeadLetter && can(hit, 'claim') ? (['replay'] as const) : []),
  ]
}

export function pathOf(hit: SearchHit, verb: Verb): string {
  if (hit.kind === 'broker') return brokerPath(hit.id)
  if (hit.kind === 'group') return groupPath(hit.broker, hit.id)
  if (hit.kind === 'replay') return replayPath(hit.id)
  if (verb === 'messages') return destinationPath(hit.broker, hit.id, { tab: 'messages' })
  if (verb === 'publish') return destinationPath(hit.broker, hit.id, { tab: 'publish' })
  if (verb === 'replay') return destinationPath(hit.broker, hit.id, { tab: 'messages', replay: 'all' })
  return destinationPath(hit.broker, hit.id)
}

const icons: Readonly<Record<SearchHit['kind'], LucideIcon>> = {
  broker: Server,
  destination: Layers,
  group: Users,
  replay: RotateCcw,
}
const sections: Readonly<Record<SearchHit['kind'], string>> = {
  broker: 'Brokers',
  destination: 'Destinations',
  group: 'Consumer groups',
  replay: 'Replay runs',
}

/** A hit as a line: enter goes to `verb`, the rest stands behind the right arrow key. */
export function entryOf(hit: SearchHit, verb: Verb, go: Go): Entry {
  const label = hit.kind === 'destination' ? nameOf({ name: hit.name, type: hit.type ?? '' }) : hit.name
  const about = hit.kind === 'broker' ? [hit.type, hit.state] : [hit.brokerLabel, hit.type, stateOf(hit)]
  const more = moreOf(hit, go)
  return {
    id: `${hit.kind} ${hit.broker} ${hit.id} ${verb}`,
    section: verb === 'open' ? sections[hit.kind] : `${verbWords[verb]}:`,
    icon: hit.isDeadLetter ? MailX : icons[hit.kind],
    label,
    isName: hit.kind !== 'broker',
    namespace: hit.namespace,
    hint: about.filter((part) => part).join(' · '),
    environment: hit.environment,
    isDeadLetter: hit.isDeadLetter,
    run: () => go(pathOf(hit, verb)),
    ...(more.length > 1 && verb === 'open' ? { more } : {}),
  }
}

const stateOf = (hit: SearchHit) => (hit.kind === 'replay' ? `run, ${hit.state}` : undefined)

function moreOf(hit: SearchHit, go: Go): readonly Entry[] {
  const lineOf = (id: string, icon: LucideIcon, label: string, path: string): Entry => ({
    id,
    section: hit.name,
    icon,
    label,
    run: () => go(path),
  })
  if (hit.kind === 'broker')
    return [
      lineOf('open', Layers, 'Open its destinations', brokerPath(hit.id)),
      lineOf('groups', Users, 'Open its consumer groups', brokerPath(hit.id, { tab: 'groups' })),
      lineOf('dead', MailX, 'Open its dead letters', deadLettersPath({ broker: hit.id })),
      lineOf('bindings', Radio, 'Open its dead-letter queues', brokerPath(hit.id, { show: 'dead' })),
    ]
  return verbsOf(hit).map((verb) => lineOf(verb, verbIcons[verb], verbWords[verb], pathOf(hit, verb)))
}

const verbsTyped: readonly [string, Verb][] = [
  ['publish to ', 'publish'],
  ['publish ', 'publish'],
  ['replay ', 'replay'],
  ['look at ', 'messages'],
  ['messages of ', 'messages'],
]

/** "publish orders": the verb first, then what to do it with. */
export function readVerb(typed: string): { readonly verb: Verb; readonly rest: string } {
  const lower = typed.toLowerCase()
  for (const [words, verb] of verbsTyped)
    if (lower.startsWith(words) && typed.length > words.length)
      return { verb, rest: typed.slice(words.length).trim() }
  return { verb: 'open', rest: typed.trim() }
}

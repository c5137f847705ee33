import { type BrokerConnection, type Call, type DriverDeps, newCall, within } from '../contract/index.ts'
import { openBrowse } from './browse.ts'
import { openCatalog } from './catalog.ts'
import { openClaims } from './claim.ts'
import { openConnections } from './connections.ts'
import type { Context } from './context.ts'
import { openDeadLetters } from './dead-letters.ts'
import { describeDestination, listDestinations } from './destinations.ts'
import { openEpochs } from './epochs.ts'
import { openGroups } from './groups.ts'
import { openLagBook } from './lag.ts'
import { openLink } from './link.ts'
import { openManage } from './manage.ts'
import { openOffsets } from './offsets.ts'
import { type RedisOptions, readAccess } from './options.ts'
import { probe } from './probe.ts'
import { openPublish } from './publish.ts'
import { openPurge } from './purge.ts'
import { type Rights, readRights } from './rights.ts'
import { readSample } from './sample.ts'
import { openServerBook } from './server-book.ts'
import { openTail } from './tail.ts'
import { openUndelivered } from './undelivered.ts'

const rightsAgeMs = 5 * 60_000

export function openConnection(options: RedisOptions, deps: DriverDeps): BrokerConnection {
  const link = openLink(readAccess(options), deps)
  const epochs = openEpochs()
  let rights: { readonly atMs: number; readonly found: Promise<Rights> } | null = null
  const context: Context = {
    link,
    options,
    deps,
    catalog: openCatalog(link, deps.now),
    lags: openLagBook(),
    undelivered: openUndelivered(),
    servers: openServerBook(),
    rights: (call: Call) => {
      if (!rights || deps.now() - rights.atMs > rightsAgeMs) {
        const asked = { atMs: deps.now(), found: readRights(link, newCall(6_000)) }
        rights = asked
        asked.found.catch(() => {
          if (rights === asked) rights = null
        })
      }
      return within(call, rights.found)
    },
  }
  return {
    kind: 'redis',
    traits: { product: 'Redis', carriesKey: false, isFields: true, ownHeaders: [] },
    probe: (call) => probe(context, call),
    listDestinations: (request, call) => listDestinations(context, request, call),
    describeDestination: (ref, call) => describeDestination(context, epochs, ref, call),
    sample: (watched, call) => readSample(context, epochs, watched, call),
    close: async () => link.close(),
    browse: openBrowse(context),
    tail: openTail(context),
    publish: openPublish(context),
    claim: openClaims(context),
    purge: openPurge(context),
    manage: openManage(context),
    groups: openGroups(context),
    offsets: openOffsets(context),
    connections: openConnections(context),
    deadLetters: openDeadLetters(context),
  }
}

import type { Problem } from '../../../lib/schemas/problem.ts'
import { type Call, type Probe, within } from '../contract/index.ts'
import { brokerAbilities, missingWay } from './abilities.ts'
import { askOverview, type Client, type Version } from './client.ts'
import { mapAmqpError } from './errors.ts'

/** Asks both ways for real: the API answers with these credentials, and AMQP opens a channel. */
export async function probe(client: Client, call: Call): Promise<Probe> {
  const [version, user] = await Promise.all([
    askVersion(client, call),
    whoami(client, call),
    openAmqp(client, call),
  ])
  const missing = missingWay(client)
  const problems: Problem[] =
    missing === null ? [] : [{ scope: 'broker', code: 'partial', message: `Read only: full use ${missing}` }]
  const off = whatIsOff(version)
  if (off !== null) problems.push({ scope: 'statistics', code: 'partial', message: off })
  return {
    version: version.text,
    identity: version.cluster,
    user,
    abilities: brokerAbilities(client),
    problems,
  }
}

function whatIsOff({ statsOff, ratesOff }: Version): string | null {
  if (statsOff) return 'Statistics are switched off on this broker: depths are known, rates are not'
  return ratesOff
    ? 'Message rates are switched off on this broker (rates_mode none): depths are known, rates are not'
    : null
}

async function askVersion(client: Client, call: Call): Promise<Version> {
  return client.management ? askOverview(client.management, call) : client.version(call)
}

async function openAmqp(client: Client, call: Call): Promise<void> {
  if (!client.links.available) return
  const vhost = client.onlyVhost ?? (await firstVhost(client, call))
  const channel = await client.links.channel(vhost, 'read', call)
  await within(
    call,
    channel.close().catch((error: unknown) => {
      throw mapAmqpError(error)
    }),
  )
}

/** Where no vhost is given, one that exists for this user: `/` may have been deleted. */
export async function firstVhost(client: Client, call: Call): Promise<string> {
  const names = await listVhosts(client, call)
  return names.includes('/') ? '/' : (names[0] ?? '/')
}

export async function listVhosts(client: Client, call: Call): Promise<string[]> {
  if (client.onlyVhost !== null) return [client.onlyVhost]
  if (!client.management) return ['/']
  const vhosts = await client.management.getList('/vhosts?columns=name', call)
  return vhosts.flatMap((vhost) => (typeof vhost.name === 'string' ? [vhost.name] : []))
}

async function whoami(client: Client, call: Call): Promise<string | null> {
  if (!client.management) return client.links.username
  const me = await client.management.getObject('/whoami', call)
  client.tags = readTags(me.tags)
  return typeof me.name === 'string' ? me.name : null
}

/** A list, or before 3.9 a text with commas. */
function readTags(tags: unknown): string[] {
  if (Array.isArray(tags)) return tags.filter((tag) => typeof tag === 'string')
  return typeof tags === 'string' ? tags.split(',').map((tag) => tag.trim()) : []
}

import type { Call } from '../contract/index.ts'
import type { Client } from './client.ts'
import type { Listing } from './directory.ts'
import type { Management } from './management.ts'
import { readNodes } from './nodes.ts'
import { isBig, scrapeConsumers } from './sweep.ts'

/** A crawl asks for the queues and then for where rejects go: what the first found is good for the second. */
const freshMs = 2_000

/**
 * Every queue of a broker with more than fit one page; null on a smaller one, without statistics, and where
 * policies are only known to the broker.
 */
export async function readListing(
  client: Client,
  management: Management,
  call: Call,
): Promise<Listing | null> {
  const { directory, deps } = client
  const { checked } = client
  if (checked && directory.kept === checked.listing && deps.now() - checked.atMs < freshMs)
    return checked.listing
  const overview = client.lastOverview?.overview ?? (await management.getObject('/overview', call))
  if (!isBig(client, overview) || overview.disable_stats === true) return null
  const nodes = await readNodes(management, call)
  const consumers = await scrapeConsumers(client, { overview, nodes }, call)
  const listing = await directory.list(management, consumers?.keys() ?? null, call)
  client.checked = listing && { listing, atMs: deps.now() }
  return listing
}

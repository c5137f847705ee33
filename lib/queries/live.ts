import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Broker } from '../schemas/broker.ts'
import type { LiveGone, LiveHello, LiveSample } from '../schemas/live.ts'
import type { OffsetReset } from '../schemas/offset.ts'
import type { Replay } from '../schemas/replay.ts'
import { keys } from './keys.ts'
import { applySample } from './live-sample.ts'
import { type LiveName, openLive } from './live-source.ts'
import { isPaused, markEvent, setStream } from './live-state.ts'
import type { Page } from './page.ts'
import { keepRecentFresh, refreshRecent } from './recent.ts'
import { forgetSource, isMoving } from './replays.ts'
import { refreshSeries } from './series.ts'

/** Feeds the one live stream into the cache for as long as the shell is on the page. */
export function useLive(): void {
  const client = useQueryClient()
  useEffect(() => {
    const soon = throttled()
    const stopAsking = keepRecentFresh(client)
    const stopLive = openLive({
      onState: setStream,
      onEvent: (name, data) => {
        markEvent()
        if (!isPaused()) apply(client, name, data, soon)
      },
    })
    return () => {
      stopAsking()
      stopLive()
    }
  }, [client])
}

type Soon = (key: string, work: () => void) => void

function apply(client: QueryClient, name: LiveName, data: unknown, soon: Soon): void {
  if (typeof data !== 'object' || data === null) return
  if (name === 'hello') {
    if (!(data as LiveHello).resumed) void client.invalidateQueries({ queryKey: keys.brokers, exact: true })
    return
  }
  if (name === 'broker') {
    const broker = data as Broker
    const before = client.getQueryData<Page<Broker>>(keys.brokers)?.items.find(({ id }) => id === broker.id)
    putBroker(client, broker)
    // Gone or back: what its rows show is old now, or no longer.
    if (before && before.state !== broker.state)
      soon(
        `state ${broker.id}`,
        () => void client.invalidateQueries({ queryKey: keys.destinations(broker.id) }),
      )
    return
  }
  if (name === 'gone') {
    dropBroker(client, (data as LiveGone).broker)
    return
  }
  if (name === 'sample') {
    const sample = data as LiveSample
    applySample(client, sample)
    refreshRecent(client, sample.broker)
    refreshSeries(client, sample.broker)
    if (sample.structureChanged)
      soon(`structure ${sample.broker}`, () => {
        // A reading of the whole list that is under way is let finish: begun anew each time, it never would.
        void client.invalidateQueries(
          { queryKey: keys.destinations(sample.broker) },
          { cancelRefetch: false },
        )
        void client.invalidateQueries({ queryKey: keys.groups(sample.broker) })
      })
    soon('dead-letters', () => void client.invalidateQueries({ queryKey: keys.deadLetters }))
    soon('needs', () => void client.invalidateQueries({ queryKey: keys.needs }))
    return
  }
  if (name === 'event') {
    soon('events', () => void client.invalidateQueries({ queryKey: keys.events }))
    return
  }
  if (name === 'reset') {
    const { broker, group } = data as OffsetReset
    void client.invalidateQueries({ queryKey: keys.offsetResets(broker, group.id) })
    soon(`group ${group.id}`, () => void client.invalidateQueries({ queryKey: keys.group(broker, group.id) }))
    return
  }
  const replay = data as Replay
  client.setQueryData<Replay>(keys.replay(replay.id), (before) => ({ ...before, ...replay }))
  client.setQueryData<Page<Replay>>(keys.replayList, (page) => putItem(page, replay, 'start'))
  client.setQueryData<InfiniteData<Page<Replay>>>(keys.replayHistory, (data) => putInPages(data, replay))
  if (!isMoving(replay)) forgetSource(client, replay)
  soon(`items ${replay.id}`, () => void client.invalidateQueries({ queryKey: keys.replayItemsOf(replay.id) }))
}

function putBroker(client: QueryClient, broker: Broker): void {
  client.setQueryData<Page<Broker>>(keys.brokers, (page) => putItem(page, broker, 'end'))
}

/** It may have made room for one that was found there, so the list is read again as well. */
export function dropBroker(client: QueryClient, broker: string): void {
  client.setQueryData<Page<Broker>>(
    keys.brokers,
    (page) => page && { ...page, items: page.items.filter((one) => one.id !== broker) },
  )
  void client.invalidateQueries({ queryKey: keys.brokers, exact: true })
  void client.invalidateQueries({ queryKey: keys.deadLetters })
}

function putItem<T extends { id: string }>(
  page: Page<T> | undefined,
  item: T,
  where: 'start' | 'end',
): Page<T> | undefined {
  if (!page) return page
  if (page.items.some((one) => one.id === item.id))
    return { ...page, items: page.items.map((one) => (one.id === item.id ? item : one)) }
  return { ...page, items: where === 'end' ? [...page.items, item] : [item, ...page.items] }
}

/** A run stands on one of the pages; a new one comes first. */
function putInPages<T extends { id: string }>(
  data: InfiniteData<Page<T>> | undefined,
  item: T,
): InfiniteData<Page<T>> | undefined {
  if (!data) return data
  const isKnown = data.pages.some((page) => page.items.some((one) => one.id === item.id))
  const pages = data.pages.map((page, index) =>
    (isKnown ? page.items.some((one) => one.id === item.id) : index === 0)
      ? (putItem(page, item, 'start') ?? page)
      : page,
  )
  return { ...data, pages }
}

/** At most one run of each kind of work every 2 s, the last one never lost. */
function throttled(): Soon {
  const waiting = new Set<string>()
  const ranAt = new Map<string, number>()
  return (key, work) => {
    if (waiting.has(key)) return
    waiting.add(key)
    setTimeout(
      () => {
        waiting.delete(key)
        ranAt.set(key, Date.now())
        work()
      },
      Math.max(0, (ranAt.get(key) ?? 0) + 2000 - Date.now()),
    )
  }
}

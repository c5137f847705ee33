import { never, type Screen } from '../cell.ts'
import { change, fail, forbid, hold, multiply } from '../faults.ts'

const group = (broker: string, id: string) => `/brokers/${broker}/groups/${encodeURIComponent(id)}`

/** One broker: its destinations, its groups, one group. */
export const brokerScreens: readonly Screen[] = [
  {
    name: 'broker',
    route: '(console)/brokers/[broker]/page.tsx',
    states: {
      full: () => ({ path: '/brokers/shop', sees: /^\d+ in all$/, title: 'Shop', readingsOf: 'shop' }),
      empty: () => ({ path: '/brokers/calm', sees: 'Nothing here yet', title: 'Calm' }),
      loading: () => ({
        path: '/brokers/shop',
        sees: 'Loading destinations',
        title: 'Shop',
        given: (page) => hold(page, '/brokers/shop/destinations'),
      }),
      partial: () => ({
        path: '/brokers/partial',
        sees: /partition 1 has no leader/,
        title: 'Partial',
        readingsOf: 'partial',
      }),
      stale: () => ({
        path: '/brokers/stale',
        sees: /^Unreachable since/,
        also: [/Values are the last known ones/],
        title: 'Stale',
        readingsOf: 'stale',
      }),
      failed: () => ({
        path: '/brokers/failed',
        sees: 'Listing the destinations of Failed failed',
        also: [/unexpected frame 0x41/, 'Try again'],
        title: 'Failed',
      }),
      forbidden: () => ({
        path: '/brokers/shop',
        sees: /lacks the permission brokers\.read/,
        also: [/An admin can grant it/],
        title: 'Shop',
        given: (page) => forbid(page, '/brokers/shop/destinations', 'brokers.read'),
      }),
      '10,000 rows': () => ({
        path: '/brokers/many',
        sees: /^10\s0\d\d in all$/,
        title: 'Many',
        readingsOf: 'many',
      }),
      'hostile names': () => ({
        path: '/brokers/hostile',
        sees: '100%-%2F-%00-%zz',
        title: /^Hostile <b>⟨202E⟩reddot<\/b>/,
      }),
    },
    more: {
      'nothing matches': () => ({
        path: '/brokers/shop?q=zzz',
        sees: 'No destination matches',
        title: 'Shop',
      }),
      down: () => ({
        path: '/brokers/down',
        sees: /^Unreachable since/,
        also: [/ECONNREFUSED/],
        title: 'Down',
      }),
      'no such broker': () => ({ path: '/brokers/nowhere', sees: 'No such broker', title: 'nowhere' }),
    },
  },
  {
    name: 'groups',
    route: '(console)/brokers/[broker]/page.tsx',
    states: {
      full: () => ({ path: '/brokers/shop?tab=groups', sees: 'inventory', title: 'Shop' }),
      empty: () => ({ path: '/brokers/calm?tab=groups', sees: 'No consumer groups', title: 'Calm' }),
      loading: () => ({
        path: '/brokers/shop?tab=groups',
        sees: 'Loading groups',
        title: 'Shop',
        given: (page) => hold(page, '/brokers/shop/groups'),
      }),
      partial: () => ({
        path: '/brokers/partial?tab=groups',
        sees: /partition 1 has no leader/,
        title: 'Partial',
      }),
      stale: () => ({ path: '/brokers/stale?tab=groups', sees: /^Unreachable since/, title: 'Stale' }),
      failed: () => ({
        path: '/brokers/shop?tab=groups',
        sees: 'Listing the groups of Shop failed',
        also: ['Try again'],
        title: 'Shop',
        given: (page) => fail(page, '/brokers/shop/groups'),
      }),
      forbidden: () => ({
        path: '/brokers/shop?tab=groups',
        sees: /lacks the permission brokers\.read/,
        title: 'Shop',
        given: (page) => forbid(page, '/brokers/shop/groups', 'brokers.read'),
      }),
      '10,000 rows': () => ({
        path: '/brokers/shop?tab=groups',
        sees: /^10\s000 in all$/,
        title: 'Shop',
        given: (page) => multiply(page, '/brokers/shop/groups'),
      }),
      'hostile names': () => ({
        path: '/brokers/hostile?tab=groups',
        sees: /onerror=alert\(1\)>/,
        title: /^Hostile/,
      }),
    },
  },
  {
    name: 'connections',
    route: '(console)/brokers/[broker]/page.tsx',
    states: {
      full: () => ({ path: '/brokers/shop?tab=connections', sees: 'this console', title: 'Shop' }),
      empty: never('The console itself is connected'),
      loading: () => ({
        path: '/brokers/shop?tab=connections',
        sees: 'Loading connections',
        title: 'Shop',
        given: (page) => hold(page, '/brokers/shop/connections'),
      }),
      partial: () => ({
        path: '/brokers/shop?tab=connections',
        sees: /1 part could not be read: .*consumers were not listed/,
        title: 'Shop',
        given: (page) =>
          change(page, '/brokers/shop/connections', (body: object) => ({
            ...body,
            problems: [{ scope: 'shop', code: 'partial', message: 'consumers were not listed' }],
          })),
      }),
      stale: () => ({
        path: '/brokers/stale?tab=connections',
        sees: /^Unreachable since/,
        title: 'Stale',
      }),
      failed: () => ({
        path: '/brokers/shop?tab=connections',
        sees: 'Listing the connections of Shop failed',
        also: ['Try again'],
        title: 'Shop',
        given: (page) => fail(page, '/brokers/shop/connections'),
      }),
      forbidden: () => ({
        path: '/brokers/shop?tab=connections',
        sees: /lacks the permission brokers\.read/,
        title: 'Shop',
        given: (page) => forbid(page, '/brokers/shop/connections', 'brokers.read'),
      }),
      '10,000 rows': () => ({
        path: '/brokers/shop?tab=connections',
        sees: /^10\s000 in all$/,
        title: 'Shop',
        given: (page) => multiply(page, '/brokers/shop/connections'),
      }),
      'hostile names': () => ({
        path: '/brokers/hostile?tab=connections',
        sees: 'this console',
        title: /^Hostile/,
      }),
    },
    more: {
      'one open': () => ({
        path: '/brokers/shop?tab=connections',
        sees: 'Close connection',
        title: 'Shop',
        act: (page) => page.getByRole('row').filter({ hasNotText: 'this console' }).nth(1).click(),
      }),
    },
  },
  {
    name: 'nodes',
    route: '(console)/brokers/[broker]/page.tsx',
    states: {
      full: () => ({ path: '/brokers/shop?tab=nodes', sees: 'File handles', title: 'Shop' }),
      empty: never('A broker that answers has a server'),
      loading: () => ({
        path: '/brokers/shop?tab=nodes',
        sees: 'Loading nodes',
        title: 'Shop',
        given: (page) => hold(page, '/brokers/shop/nodes'),
      }),
      partial: () => ({
        path: '/brokers/partial?tab=nodes',
        sees: /partition 1 has no leader/,
        title: 'Partial',
      }),
      stale: () => ({ path: '/brokers/stale?tab=nodes', sees: /^Unreachable since/, title: 'Stale' }),
      failed: () => ({
        path: '/brokers/shop?tab=nodes',
        sees: 'Reading the nodes of Shop failed',
        also: ['Try again'],
        title: 'Shop',
        given: (page) => fail(page, '/brokers/shop/nodes'),
      }),
      forbidden: () => ({
        path: '/brokers/shop?tab=nodes',
        sees: /lacks the permission brokers\.read/,
        title: 'Shop',
        given: (page) => forbid(page, '/brokers/shop/nodes', 'brokers.read'),
      }),
      '10,000 rows': never('A cluster has a handful of servers'),
      'hostile names': never('Nodes are named by who runs the broker, not by who writes to it'),
    },
  },
  {
    name: 'group',
    route: '(console)/brokers/[broker]/groups/[group]/page.tsx',
    states: {
      full: ({ ids }) => ({ path: group('shop', ids.group), sees: 'Lag by partition', title: 'inventory' }),
      empty: ({ ids }) => ({
        path: group('shop', ids.lonelyGroup),
        sees: 'Nobody is reading with this group now.',
        title: 'audit-archive',
      }),
      loading: ({ ids }) => ({
        path: group('shop', ids.group),
        sees: 'Loading the group',
        title: 'inventory',
        given: (page) => hold(page, /^\/brokers\/shop\/groups\/[^/]+$/),
      }),
      partial: ({ ids }) => ({
        path: group('shop', ids.lonelyGroup),
        sees: 'Not counted',
        title: 'audit-archive',
      }),
      stale: ({ ids }) => ({
        path: group('stale', ids.group),
        sees: /What stands here was read before/,
        title: 'inventory',
      }),
      failed: ({ ids }) => ({
        path: group('shop', ids.group),
        sees: 'Reading the group failed',
        also: ['Try again'],
        title: 'inventory',
        given: (page) => fail(page, /^\/brokers\/shop\/groups\/[^/]+$/),
      }),
      forbidden: ({ ids }) => ({
        path: group('shop', ids.group),
        sees: /lacks the permission brokers\.read/,
        title: 'inventory',
        given: (page) => forbid(page, /^\/brokers\/shop\/groups\/[^/]+$/, 'brokers.read'),
      }),
      '10,000 rows': never('A group has a row for each partition it reads, a few hundred at most'),
      'hostile names': ({ ids }) => ({
        path: group('hostile', ids.hostileGroup),
        sees: 'Lag by partition',
        title: /onerror=alert\(1\)>$/,
      }),
    },
    more: {
      'offset plan': ({ ids }) => ({
        path: `${group('shop', ids.group)}?offsets=plan`,
        sees: /a group is not moved under its readers/,
        title: 'inventory',
        act: (page) => page.getByRole('button', { name: 'Show the plan' }).click(),
      }),
      'skip one': ({ ids }) => ({
        path: group('shop', ids.lonelyGroup),
        sees: 'Skip it',
        title: 'audit-archive',
        act: (page) =>
          page
            .getByRole('button', { name: /^Skip one message/ })
            .first()
            .click(),
      }),
    },
  },
]

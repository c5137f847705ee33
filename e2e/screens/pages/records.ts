import { never, type Screen } from '../cell.ts'
import { change, fail, forbid, hold, multiply } from '../faults.ts'

const none = () => ({ items: [], nextCursor: null, total: 0 })
const own = never('It is the console’s own list')

interface Rows {
  readonly items: readonly { readonly broker: string | null }[]
}
const ofHostile = ({ items, ...rest }: Rows) => ({
  ...rest,
  items: items.filter(({ broker }) => broker === 'hostile'),
})

/** What was done, and what was kept. */
export const recordScreens: readonly Screen[] = [
  {
    name: 'backups',
    route: '(console)/backups/page.tsx',
    states: {
      full: () => ({ path: '/backups', sees: 'Restore', title: 'Backups' }),
      empty: () => ({
        path: '/backups',
        sees: 'No backups',
        title: 'Backups',
        given: (page) => change(page, '/backups', none),
      }),
      loading: () => ({
        path: '/backups',
        sees: 'Loading backups',
        title: 'Backups',
        given: (page) => hold(page, '/backups'),
      }),
      partial: own,
      stale: own,
      failed: () => ({
        path: '/backups',
        sees: 'Listing the backups failed',
        also: ['Try again'],
        title: 'Backups',
        given: (page) => fail(page, '/backups'),
      }),
      forbidden: () => ({
        path: '/backups',
        sees: /lacks the permission backups\.read/,
        also: [/An admin can grant it/],
        title: 'Backups',
        given: (page) => forbid(page, '/backups', 'backups.read'),
      }),
      '10,000 rows': () => ({
        path: '/backups',
        sees: 'Restore',
        title: 'Backups',
        given: (page) => multiply(page, '/backups'),
      }),
      'hostile names': () => ({
        path: '/backups',
        sees: 'Restore',
        title: 'Backups',
        given: (page) => change(page, '/backups', ofHostile),
      }),
    },
    more: {
      restore: () => ({
        path: '/backups',
        sees: /^They are published again where they were/,
        title: 'Backups',
        act: (page) => page.getByRole('button', { name: 'Restore invoices' }).click(),
      }),
    },
  },
  {
    name: 'audit',
    route: '(console)/audit/page.tsx',
    states: {
      full: () => ({ path: '/audit', sees: /purge/, title: 'Audit' }),
      empty: () => ({
        path: '/audit',
        sees: 'Nothing was changed yet',
        title: 'Audit',
        given: (page) => change(page, '/audit', none),
      }),
      loading: () => ({
        path: '/audit',
        sees: 'Loading the audit trail',
        title: 'Audit',
        given: (page) => hold(page, '/audit'),
      }),
      partial: own,
      stale: own,
      failed: () => ({
        path: '/audit',
        sees: 'Reading the audit trail failed',
        also: ['Try again'],
        title: 'Audit',
        given: (page) => fail(page, '/audit'),
      }),
      forbidden: () => ({
        path: '/audit',
        sees: /lacks the permission audit\.read/,
        also: [/An admin can grant it/],
        title: 'Audit',
        given: (page) => forbid(page, '/audit', 'audit.read'),
      }),
      '10,000 rows': () => ({
        path: '/audit',
        sees: /^[a-z]+(\.[a-z]+)+$/,
        title: 'Audit',
        given: (page) => multiply(page, '/audit'),
      }),
      'hostile names': () => ({
        path: '/audit',
        sees: /hostile/,
        title: 'Audit',
        given: (page) => change(page, '/audit', ofHostile),
      }),
    },
  },
]

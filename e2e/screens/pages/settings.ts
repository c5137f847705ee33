import { never, type Screen } from '../cell.ts'
import { fail, forbid, hold } from '../faults.ts'

const noValues = never('It shows no value of a broker that could age')
const noParts = never('It comes as one answer')

/** How the console and its brokers are set up. */
export const settingsScreens: readonly Screen[] = [
  {
    name: 'settings',
    route: '(console)/settings/page.tsx',
    states: {
      full: () => ({ path: '/settings', sees: 'This console', also: ['Add a broker'], title: 'Settings' }),
      empty: never('The console itself is always there to be set up'),
      loading: () => ({
        path: '/settings',
        sees: 'This browser',
        title: 'Settings',
        given: (page) => hold(page, '/settings'),
      }),
      partial: noParts,
      stale: noValues,
      failed: () => ({
        path: '/settings',
        sees: 'Its settings could not be read',
        also: ['Try again'],
        title: 'Settings',
        given: (page) => fail(page, '/settings'),
      }),
      forbidden: () => ({
        path: '/settings',
        sees: /lacks the permission brokers\.manage/,
        also: [/An admin can grant it/],
        title: 'Settings',
        given: (page) => forbid(page, '/settings', 'brokers.manage'),
      }),
      '10,000 rows': never('A console has some dozens of brokers'),
      'hostile names': () => ({ path: '/settings', sees: /^Hostile <b>/, title: 'Settings' }),
    },
  },
  {
    name: 'add a broker',
    route: '(console)/brokers/new/page.tsx',
    states: {
      full: () => ({ path: '/brokers/new?kind=rabbitmq', sees: 'Add a broker', title: 'Add a broker' }),
      empty: () => ({ path: '/brokers/new', sees: 'Add a broker', title: 'Add a broker' }),
      loading: () => ({
        path: '/brokers/new',
        sees: 'Loading the form',
        title: 'Add a broker',
        given: (page) => hold(page, '/broker-kinds'),
      }),
      partial: noParts,
      stale: noValues,
      failed: () => ({
        path: '/brokers/new',
        sees: 'The form could not be read',
        also: ['Try again'],
        title: 'Add a broker',
        given: (page) => fail(page, '/broker-kinds'),
      }),
      forbidden: () => ({
        path: '/brokers/new',
        sees: /lacks the permission brokers\.read/,
        title: 'Add a broker',
        given: (page) => forbid(page, '/broker-kinds', 'brokers.read'),
      }),
      '10,000 rows': never('It lists nothing'),
      'hostile names': never('It shows no name but what is being typed'),
    },
  },
  {
    name: 'edit a broker',
    route: '(console)/brokers/[broker]/edit/page.tsx',
    states: {
      full: () => ({ path: '/brokers/shop/edit', sees: 'Settings of Shop', title: 'Settings' }),
      empty: never('A broker has settings'),
      loading: () => ({
        path: '/brokers/shop/edit',
        sees: 'Loading its settings',
        title: 'Settings',
        given: (page) => hold(page, '/brokers/shop/settings'),
      }),
      partial: noParts,
      stale: noValues,
      failed: () => ({
        path: '/brokers/shop/edit',
        sees: 'Its settings could not be read',
        also: ['Try again'],
        title: 'Settings',
        given: (page) => fail(page, '/brokers/shop/settings'),
      }),
      forbidden: () => ({
        path: '/brokers/shop/edit',
        sees: /lacks the permission brokers\.manage/,
        also: [/An admin can grant it/],
        title: 'Settings',
        given: (page) => forbid(page, '/brokers/shop/settings', 'brokers.manage'),
      }),
      '10,000 rows': never('It lists nothing'),
      'hostile names': () => ({
        path: '/brokers/hostile/edit',
        sees: /^Settings of Hostile <b>/,
        title: 'Settings',
      }),
    },
  },
]

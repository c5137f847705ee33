import { never, type Screen } from '../cell.ts'
import { fail, forbid, hold, multiply, only } from '../faults.ts'

/** Pages over all brokers. */
export const consoleScreens: readonly Screen[] = [
  {
    name: 'sign-in',
    route: '(auth)/sign-in/page.tsx',
    states: {
      full: ({ signIn }) => ({
        path: new URL(signIn).pathname + new URL(signIn).search,
        sees: 'It is spent by the button, once.',
        title: 'Sign in',
        signedOut: true,
      }),
      empty: () => ({
        path: '/sign-in',
        sees: /^Paste the token from the link/,
        also: ['npm run sign-in'],
        title: 'Sign in',
        signedOut: true,
      }),
      loading: () => ({
        path: '/sign-in?token=one-that-waits',
        sees: 'Signing in',
        title: 'Sign in',
        signedOut: true,
        given: (page) => hold(page, '/sign-in'),
        act: (page) => page.getByRole('button', { name: 'Sign in' }).click(),
      }),
      partial: never('It reads nothing of any broker'),
      stale: never('It shows no value that could age'),
      failed: () => ({
        path: '/sign-in?token=not-a-token-of-ours',
        sees: /token/i,
        also: ['npm run sign-in'],
        title: 'Sign in',
        signedOut: true,
        act: async (page) => {
          await page.getByRole('button', { name: 'Sign in' }).click()
          await page.getByRole('alert').filter({ hasText: /./ }).waitFor()
        },
      }),
      forbidden: never('Nobody is signed in yet who could lack a permission'),
      '10,000 rows': never('It lists nothing'),
      'hostile names': never('It shows no name but its own'),
    },
  },
  {
    name: 'overview',
    route: '(console)/page.tsx',
    states: {
      full: () => ({
        path: '/',
        sees: /^\d+ things need you$/,
        also: ['Try it: fix the sandbox', /holds dead letters$/],
        title: 'Overview',
        given: (page) => only(page, 'shop', 'calm'),
      }),
      empty: () => ({
        path: '/',
        sees: 'No broker is configured',
        title: 'Overview',
        given: (page) => only(page),
      }),
      loading: () => ({
        path: '/',
        sees: 'Looking around',
        title: 'Overview',
        given: async (page) => {
          await hold(page, '/brokers')
          await hold(page, '/dead-letters')
          await hold(page, '/needs')
        },
      }),
      partial: () => ({
        path: '/',
        sees: 'Partial is degraded',
        also: [/partition 1 has no leader/],
        title: 'Overview',
        given: (page) => only(page, 'partial', 'calm'),
      }),
      stale: () => ({
        path: '/',
        sees: 'Stale is unreachable',
        title: 'Overview',
        given: (page) => only(page, 'stale', 'calm'),
      }),
      failed: () => ({
        path: '/',
        sees: 'Listing the brokers failed',
        also: ['Something went wrong here; the log has it under req-screens', 'Try again'],
        title: 'Overview',
        given: (page) => fail(page, '/brokers'),
      }),
      forbidden: () => ({
        path: '/',
        sees: /lacks the permission brokers\.read/,
        also: [/An admin can grant it/],
        title: 'Overview',
        given: (page) => forbid(page, '/brokers', 'brokers.read'),
      }),
      '10,000 rows': () => ({
        path: '/',
        sees: /^\d+ things need you$/,
        title: 'Overview',
        given: (page) => only(page, 'many'),
      }),
      'hostile names': () => ({
        path: '/',
        sees: /<script>alert\("orders"\)<\/script>\.dlq holds dead letters/,
        title: 'Overview',
        given: (page) => only(page, 'hostile'),
      }),
    },
    more: {
      calm: () => ({
        path: '/',
        sees: 'Nothing needs you',
        title: 'Overview',
        given: (page) => only(page, 'calm'),
      }),
      palette: () => ({
        path: '/',
        sees: /^payments\.dlq$/,
        title: 'Overview',
        given: (page) => only(page, 'shop', 'calm'),
        act: async (page) => {
          await page.keyboard.press('Control+k')
          await page.getByRole('dialog').getByRole('combobox').fill('payments')
        },
      }),
      'a broker down': () => ({
        path: '/',
        sees: 'Down is unreachable',
        also: [/ECONNREFUSED/],
        title: 'Overview',
        given: (page) => only(page, 'shop', 'down', 'failed'),
      }),
      'needs unread': () => ({
        path: '/',
        sees: 'Not everything could be checked',
        title: 'Overview',
        given: async (page) => {
          await only(page, 'shop')
          await fail(page, '/needs')
        },
      }),
    },
  },
  {
    name: 'dead letters',
    route: '(console)/dead-letters/page.tsx',
    states: {
      full: () => ({
        path: '/dead-letters',
        sees: /^\d+ dead letters$/,
        title: 'Dead letters',
        given: (page) => only(page, 'shop', 'calm'),
      }),
      empty: () => ({
        path: '/dead-letters',
        sees: 'No dead-letter queues known',
        title: 'Dead letters',
        given: (page) => only(page, 'calm'),
      }),
      loading: () => ({
        path: '/dead-letters',
        sees: 'Loading dead letters',
        title: 'Dead letters',
        given: (page) => hold(page, '/dead-letters'),
      }),
      partial: () => ({
        path: '/dead-letters',
        sees: /partition 1 has no leader/,
        title: 'Dead letters',
        given: (page) => only(page, 'shop', 'partial'),
      }),
      stale: () => ({
        path: '/dead-letters',
        sees: /in \d+ queues of \d+ known/,
        title: 'Dead letters',
        given: (page) => only(page, 'stale'),
      }),
      failed: () => ({
        path: '/dead-letters',
        sees: 'Looking for dead letters failed',
        also: ['Try again'],
        title: 'Dead letters',
        given: (page) => fail(page, '/dead-letters'),
      }),
      forbidden: () => ({
        path: '/dead-letters',
        sees: /lacks the permission messages\.read/,
        also: [/An admin can grant it/],
        title: 'Dead letters',
        given: (page) => forbid(page, '/dead-letters', 'messages.read'),
      }),
      '10,000 rows': () => ({
        path: '/dead-letters?show=all',
        sees: /of 10\s000 known/,
        title: 'Dead letters',
        given: (page) => multiply(page, '/dead-letters'),
      }),
      'hostile names': () => ({
        path: '/dead-letters',
        sees: /alert\("orders"\)<\/script>\.dlq/,
        title: 'Dead letters',
        given: (page) => only(page, 'hostile'),
      }),
    },
  },
]

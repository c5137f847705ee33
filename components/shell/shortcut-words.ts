import type { KeyName } from '@/components/ui/use-keys'

/** What each key does, in the order it is shown. The sheet lists those that do something on the page as it is. */
export const shortcutWords: Readonly<Record<KeyName, string>> = {
  '/': 'Filter the list',
  j: 'Next row; the next message while one is open',
  k: 'The row or message before',
  Enter: 'Open the row; once more goes into what it opened',
  x: 'Select the row (shift-click selects a range)',
  r: 'Replay the selection, or the open message',
  e: 'Edit',
  c: 'Copy a summary',
  Escape: 'Close what is open, else clear the selection',
  z: 'Times in local or UTC',
  '?': 'This list',
}

export const keyCaps: Partial<Record<KeyName, string>> = { Enter: 'enter', Escape: 'esc' }

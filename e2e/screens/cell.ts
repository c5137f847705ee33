import type { Page } from '@playwright/test'
import type { World } from './world.ts'

/** What a page may be in. Every screen says for each what it looks like, or why there is no such thing. */
export const states = [
  'full',
  'empty',
  'loading',
  'partial',
  'stale',
  'failed',
  'forbidden',
  '10,000 rows',
  'hostile names',
] as const
export type State = (typeof states)[number]

export interface Cell {
  readonly path: string
  /** The sentence by which a person knows this state; waited for, never slept for. */
  readonly sees: string | RegExp
  /** More that must be readable then. */
  readonly also?: readonly (string | RegExp)[]
  /** What the tab is called, before " · Signalbox". */
  readonly title: string | RegExp
  /** Faults laid before the page is opened. */
  readonly given?: (page: Page) => Promise<unknown>
  /** What a person does to get there. */
  readonly act?: (page: Page) => Promise<unknown>
  /** A broker whose readings on this page are compared with the API's: unknown is never drawn as a number. */
  readonly readingsOf?: string
  /** Opens without a session. */
  readonly signedOut?: boolean
}

/** A state this screen cannot be in, with the reason. */
export interface Never {
  readonly never: string
}

export interface Screen {
  readonly name: string
  /** The file under app/ that draws it. */
  readonly route: string
  readonly states: Readonly<Record<State, ((world: World) => Cell) | Never>>
  /** Further looks of the same page that a person meets. */
  readonly more?: Readonly<Record<string, (world: World) => Cell>>
}

export const never = (reason: string): Never => ({ never: reason })

/** Every cell of a screen that is drawn, by its name. */
export function cellsOf(screen: Screen, world: World): readonly (readonly [string, Cell])[] {
  const drawn = states.flatMap((state) => {
    const cell = screen.states[state]
    return 'never' in cell ? [] : [[state, cell(world)] as const]
  })
  const more = Object.entries(screen.more ?? {}).map(([name, cell]) => [name, cell(world)] as const)
  return [...drawn, ...more]
}

import type { LucideIcon } from 'lucide-react'
import type { Environment } from '@/lib/schemas/broker'

/** One line of the palette. */
export interface Entry {
  readonly id: string
  readonly section: string
  readonly icon: LucideIcon
  readonly label: string
  /** The machine's own name: in mono, cut in the middle. */
  readonly isName?: boolean
  readonly namespace?: string | undefined
  /** Beside the label: the broker, the type, the state. */
  readonly hint?: string | undefined
  readonly environment?: Environment | undefined
  readonly isDeadLetter?: boolean
  /** Words it is also found by. */
  readonly words?: string
  readonly cap?: string | undefined
  /** Goes there, or does it. */
  readonly run: () => void
  /** What else can be done with it: shown on the right arrow key. */
  readonly more?: readonly Entry[]
}

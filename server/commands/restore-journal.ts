import { z } from 'zod'
import type { Storage } from '../storage/contract/index.ts'

/** Messages of the window being sent, counted within it. */
const windowSchema = z.object({
  size: z.number().int(),
  confirmed: z.array(z.number().int()),
  /** Sent, and nobody knows whether they arrived. */
  doubtful: z.array(z.number().int()),
  /** A person was told of the doubt: asking again means sending them again. */
  isTold: z.boolean(),
})
const journalSchema = z.object({ done: z.number().int(), window: windowSchema.nullable() })
export type RestoreWindow = z.infer<typeof windowSchema>
export type RestoreState = z.infer<typeof journalSchema>

/** How far the restore of a backup came, durable before anything is sent. */
export interface RestoreJournal {
  read(): Promise<RestoreState>
  write(state: RestoreState): Promise<void>
}

export function openJournal(settings: Storage['settings'], backup: string): RestoreJournal {
  const key = `restore.${backup}`
  return {
    async read() {
      const text = await settings.get(key)
      return text === null ? { done: 0, window: null } : journalSchema.parse(JSON.parse(text))
    },
    write: (state) => settings.set(key, JSON.stringify(state)),
  }
}

import type { HistoryAnswer, HistoryRequest } from '../../contract/history.ts'
import type { DefineMessage, StoreFigures, TickMessage } from './store.ts'

/** What the process and the thread of the store say to each other. */
export interface WorkerOptions {
  readonly folder: string
  readonly maxBytes: number
}
export type ToWorker =
  /** Has no answer of its own: when it fails, the sample that follows does. */
  | { readonly kind: 'define'; readonly define: DefineMessage }
  | { readonly kind: 'tick'; readonly id: number; readonly tick: TickMessage }
  | { readonly kind: 'read'; readonly id: number; readonly request: HistoryRequest }
  | { readonly kind: 'close'; readonly id: number }
export type FromWorker =
  | {
      readonly kind: 'opened'
      readonly newest: readonly (readonly [string, number])[]
      readonly figures: StoreFigures
    }
  | { readonly kind: 'figures'; readonly figures: StoreFigures }
  | { readonly kind: 'problem'; readonly sentence: string }
  | { readonly kind: 'done'; readonly id: number; readonly answer?: HistoryAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string }

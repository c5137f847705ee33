/** Why there is no line, where there is none; `ready` has at least one known value. */
export type ChartState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly words: string; readonly onRetry: () => void }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'none'; readonly words: string }

/** What is to be known before a line is trusted, shown beside the title. */
export interface Caution {
  readonly word: string
  readonly title: string
  readonly tone: 'warn' | 'neutral'
}

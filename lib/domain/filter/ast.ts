/** `:` contains (or fits a glob), `=` and `!=` are exact; the others compare numbers and times. */
export type Op = ':' | '=' | '!=' | '>' | '>=' | '<' | '<='

export interface Span {
  /** Offsets in the line, `to` behind the last character. */
  readonly from: number
  readonly to: number
}

/** `literal`: it stood in quotes; then stars and the word unknown mean themselves. */
export interface Value {
  readonly text: string
  readonly literal: boolean
}

export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly part: FilterNode }
  | { readonly kind: 'word'; readonly value: Value; readonly at: Span }
  | {
      readonly kind: 'clause'
      readonly field: string
      readonly op: Op
      readonly value: Value
      readonly at: { readonly field: Span; readonly op: Span; readonly value: Span }
    }

/** What is wrong with a line, where (columns count from 1), and what was expected there. */
export interface FilterError {
  readonly column: number
  readonly length: number
  readonly message: string
}

export function errorAt({ from, to }: Span, message: string): FilterError {
  return { column: from + 1, length: Math.max(1, to - from), message }
}

/** Nested parts of the same kind are one; a single part is itself. */
export function join(kind: 'and' | 'or', parts: readonly FilterNode[]): FilterNode {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]))
  const [only] = flat
  return flat.length === 1 && only ? only : { kind, parts: flat }
}

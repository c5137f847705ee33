import { errorAt, type FilterError, type FilterNode, join, type Span } from './ast.ts'
import { type OpToken, type Token, tokenize, type WordToken } from './tokenize.ts'

/** `node` null: an empty line, which everything matches. */
export type Parsed =
  | { readonly ok: true; readonly node: FilterNode | null }
  | { readonly ok: false; readonly error: FilterError }

/** Deeper than any person writes, shallower than any stack. */
const maxDepth = 60
export const maxFilterLength = 1000

/**
 * `or` binds weaker than `and`, which may be left out; `not` binds strongest. A word before an operator is a
 * field; any other is looked for in the name. Never throws.
 */
export function parseFilter(text: string): Parsed {
  if (text.length > maxFilterLength) {
    const span = { from: maxFilterLength, to: text.length }
    return { ok: false, error: errorAt(span, `A filter has at most ${maxFilterLength} characters`) }
  }
  const { tokens, error } = tokenize(text)
  if (error) return { ok: false, error }
  if (tokens.length === 0) return { ok: true, node: null }
  try {
    const reader = new Reader(tokens, text.length)
    return { ok: true, node: reader.readAll() }
  } catch (stop) {
    if (stop instanceof Stop) return { ok: false, error: stop.error }
    throw stop
  }
}

/** Leaves the recursion; never the module. */
class Stop extends Error {
  readonly error: FilterError
  constructor(error: FilterError) {
    super(error.message)
    this.error = error
  }
}

class Reader {
  readonly #tokens: readonly Token[]
  readonly #end: Span
  #at = 0

  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens
    this.#end = { from: length, to: length }
  }

  readAll(): FilterNode {
    const node = this.#or(0)
    const rest = this.#tokens[this.#at]
    if (rest) throw new Stop(errorAt(rest, 'This bracket closes nothing: expected one that opens before it'))
    return node
  }

  #or(depth: number): FilterNode {
    const parts = [this.#and(depth)]
    while (this.#take('or')) parts.push(this.#and(depth))
    return join('or', parts)
  }

  #and(depth: number): FilterNode {
    const parts = [this.#unary(depth)]
    for (;;) {
      const next = this.#tokens[this.#at]
      if (!next || next.kind === 'or' || next.kind === 'close') return join('and', parts)
      this.#take('and')
      parts.push(this.#unary(depth))
    }
  }

  #unary(depth: number): FilterNode {
    const token = this.#tokens[this.#at]
    if (!token || token.kind === 'close' || token.kind === 'and' || token.kind === 'or')
      throw new Stop(errorAt(token ?? this.#end, 'Expected a word, or a field with its value, here'))
    if (depth > maxDepth) throw new Stop(errorAt(token, 'Brackets and nots are nested too deeply'))
    this.#at += 1
    if (token.kind === 'not') return { kind: 'not', part: this.#unary(depth + 1) }
    if (token.kind === 'open') {
      const inner = this.#or(depth + 1)
      if (!this.#take('close'))
        throw new Stop(errorAt(token, 'This bracket is never closed: expected another )'))
      return inner
    }
    if (token.kind === 'word') return this.#term(token)
    throw new Stop(errorAt(token, `Expected a field before ${token.kind === 'op' ? token.op : 'this'}`))
  }

  #term(word: WordToken): FilterNode {
    const op = this.#take('op')
    if (!op) return { kind: 'word', value: { text: word.text, literal: word.literal }, at: spanOf(word) }
    if (word.literal) throw new Stop(errorAt(word, `Expected a field before ${op.op}, not quoted text`))
    const value = this.#take('word')
    if (!value && op.op === ':') {
      // Whether a value is missing here depends on the fields there are.
      const at = { field: spanOf(word), op: spanOf(op), value: { from: op.to, to: op.to } }
      return { kind: 'clause', field: word.text, op: ':', value: { text: '', literal: false }, at }
    }
    if (!value) {
      // An empty place behind the operator: the error stands there, and length 1 makes it visible.
      throw new Stop(errorAt({ from: op.to, to: op.to }, `Expected a value behind ${word.text}${op.op}`))
    }
    return {
      kind: 'clause',
      field: word.text,
      op: op.op,
      value: { text: value.text, literal: value.literal },
      at: { field: spanOf(word), op: spanOf(op), value: spanOf(value) },
    }
  }

  #take(kind: 'word'): WordToken | undefined
  #take(kind: 'op'): OpToken | undefined
  #take(kind: Token['kind']): Token | undefined
  #take(kind: Token['kind']): Token | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== kind) return undefined
    this.#at += 1
    return token
  }
}

function spanOf({ from, to }: Span): Span {
  return { from, to }
}

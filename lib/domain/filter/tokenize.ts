import { errorAt, type FilterError, type Op, type Span } from './ast.ts'

export type WordToken = Span & { readonly kind: 'word'; readonly text: string; readonly literal: boolean }
export type OpToken = Span & { readonly kind: 'op'; readonly op: Op }
export type Token = WordToken | OpToken | (Span & { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' })

const ops: readonly Op[] = ['!=', '>=', '<=', ':', '=', '>', '<']
const keyword = /^(and|or|not)$/i
const isSpace = (char: string) => /\s/.test(char)
const isParen = (char: string) => char === '(' || char === ')'

export function opAt(text: string, at: number): Op | undefined {
  return ops.find((op) => text.startsWith(op, at))
}

/** Words, operators, brackets and quoted text. Behind an operator everything up to a space or bracket is its value. */
export function tokenize(text: string): { readonly tokens: readonly Token[]; readonly error?: FilterError } {
  const tokens: Token[] = []
  let at = 0
  let wantsValue = false
  while (at < text.length) {
    const char = text.charAt(at)
    const from = at
    if (isSpace(char)) at += 1
    else if (isParen(char)) {
      at += 1
      tokens.push({ kind: char === '(' ? 'open' : 'close', from, to: at })
      wantsValue = false
    } else if (char === '"') {
      const quoted = readQuoted(text, at)
      if (!quoted) {
        const span = { from, to: text.length }
        return { tokens, error: errorAt(span, 'This quote is never closed: expected another "') }
      }
      at = quoted.to
      tokens.push({ kind: 'word', text: quoted.text, literal: true, from, to: at })
      wantsValue = false
    } else if (wantsValue) {
      while (at < text.length && !isSpace(text.charAt(at)) && !isParen(text.charAt(at))) at += 1
      tokens.push({ kind: 'word', text: text.slice(from, at), literal: false, from, to: at })
      wantsValue = false
    } else {
      const op = opAt(text, at)
      if (op) {
        at += op.length
        tokens.push({ kind: 'op', op, from, to: at })
        wantsValue = true
      } else {
        at = endOfWord(text, at)
        const word = text.slice(from, at)
        const kind = keyword.test(word) ? (word.toLowerCase() as 'and' | 'or' | 'not') : null
        tokens.push(
          kind ? { kind, from, to: at } : { kind: 'word', text: word, literal: false, from, to: at },
        )
      }
    }
  }
  return { tokens }
}

function endOfWord(text: string, start: number): number {
  let at = start + 1
  while (at < text.length) {
    const char = text.charAt(at)
    if (isSpace(char) || isParen(char) || char === '"' || opAt(text, at)) break
    at += 1
  }
  return at
}

/** A backslash keeps the character behind it as it is. */
function readQuoted(text: string, start: number): { readonly text: string; readonly to: number } | null {
  let out = ''
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '"') return { text: out, to: at + 1 }
    if (char === '\\' && at + 1 < text.length) at += 1
    out += text.charAt(at)
  }
  return null
}

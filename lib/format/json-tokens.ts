export interface JsonToken {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'mark'
  readonly text: string
  /** Its place in the line. */
  readonly at: number
}

export interface JsonLine {
  readonly number: number
  readonly tokens: readonly JsonToken[]
}

const tokenPattern = /\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:])/y
const longest = 300_000

/**
 * JSON text set out over lines, token by token: every number and escape stands exactly as it was written,
 * since nothing is parsed into a value. Null when the text is no JSON, or too long to be set out.
 */
export function layOutJson(text: string): JsonLine[] | null {
  if (text.length > longest) return null
  const tokens = tokenize(text)
  if (!tokens) return null
  const lines: JsonLine[] = []
  let line: JsonToken[] = []
  let depth = 0
  const put = (kind: JsonToken['kind'], piece: string) => line.push({ kind, text: piece, at: line.length })
  const breakLine = () => {
    lines.push({ number: lines.length + 1, tokens: line })
    line = []
    if (depth > 0) put('mark', '  '.repeat(depth))
  }
  tokens.forEach((token, index) => {
    const next = tokens[index + 1]
    if (token === '{' || token === '[') {
      put('mark', token)
      depth += 1
      if (next !== '}' && next !== ']') breakLine()
    } else if (token === '}' || token === ']') {
      depth = Math.max(0, depth - 1)
      const before = tokens[index - 1]
      if (before !== '{' && before !== '[') breakLine()
      put('mark', token)
    } else if (token === ',') {
      put('mark', ',')
      breakLine()
    } else if (token === ':') put('mark', ': ')
    else put(kindOf(token, next), token)
  })
  lines.push({ number: lines.length + 1, tokens: line })
  return lines
}

function tokenize(text: string): string[] | null {
  const tokens: string[] = []
  tokenPattern.lastIndex = 0
  let at = 0
  const end = text.trimEnd().length
  while (at < end) {
    const match = tokenPattern.exec(text)
    if (!match?.[1]) return null
    tokens.push(match[1])
    at = tokenPattern.lastIndex
  }
  return tokens.length > 0 ? tokens : null
}

function kindOf(token: string, next: string | undefined): JsonToken['kind'] {
  if (token.startsWith('"')) return next === ':' ? 'key' : 'string'
  return /^[tfn]/.test(token) ? 'word' : 'number'
}

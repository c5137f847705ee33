const tailLength = 24

/** Where a long name is cut: the last 24 characters are kept, the middle goes. */
export function splitName(name: string): { head: string; tail: string } {
  const shown = visibleText(name)
  if (shown.length <= tailLength) return { head: '', tail: shown }
  return { head: shown.slice(0, -tailLength), tail: shown.slice(-tailLength) }
}

/**
 * Control characters and direction overrides drawn as symbols, so that a hostile name can neither vanish
 * nor reorder what stands beside it.
 */
export function visibleText(text: string): string {
  // Nothing but spaces is nothing to see or to press.
  if (text !== '' && /^ +$/.test(text)) return '\u2420'.repeat(text.length)
  let out = ''
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (code < 0x20) out += String.fromCodePoint(0x2400 + code)
    else if (code === 0x7f) out += '\u2421'
    else if (isInvisible(code)) out += `\u27e8${code.toString(16).toUpperCase().padStart(4, '0')}\u27e9`
    else out += char
  }
  return out
}

/** The same for a text of several lines, whose line breaks and tabs are its own. */
export function visibleLines(text: string): string {
  return text
    .split(/(\r?\n|\t)/)
    .map((part, index) => (index % 2 === 0 ? visibleText(part) : part))
    .join('')
}

function isInvisible(code: number): boolean {
  return (
    (code >= 0x80 && code < 0xa0) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x2069) ||
    code === 0xfeff
  )
}

/** A destination's name as people call it: AMQP's default exchange has an empty one. */
export function nameOf(row: { readonly name: string; readonly type: string }): string {
  return row.name === '' && row.type === 'exchange' ? '(default exchange)' : row.name
}

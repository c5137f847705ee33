import type { FilterNode, Value } from './ast.ts'

/** The line a node is read from again; null is the empty line. */
export function printFilter(node: FilterNode | null): string {
  if (node === null) return ''
  switch (node.kind) {
    case 'word':
      return printValue(node.value)
    case 'clause':
      return `${node.field}${node.op}${printValue(node.value)}`
    case 'not':
      return `not ${group(node.part, ['and', 'or'])}`
    case 'and':
      return node.parts.map((part) => group(part, ['or'])).join(' ')
    case 'or':
      return node.parts.map((part) => group(part, [])).join(' or ')
  }
}

function group(node: FilterNode, kinds: readonly FilterNode['kind'][]): string {
  return kinds.includes(node.kind) ? `(${printFilter(node)})` : printFilter(node)
}

function printValue({ text, literal }: Value): string {
  return literal ? quote(text) : text
}

export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** As a value behind an operator: bare where that reads back as the same text, else in quotes. */
export function asValue(text: string): string {
  return text === '' || /[\s"()*?]|^=/.test(text) || /^unknown$/i.test(text) ? quote(text) : text
}

/** As a word that is looked for literally. */
export function asWord(text: string): string {
  return /^[\p{L}\p{N}._/-]+$/u.test(text) && !/^(and|or|not)$/i.test(text) ? text : quote(text)
}

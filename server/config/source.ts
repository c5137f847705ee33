import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { ConfigError, type Finding, formatPath } from './config-error.ts'

/** A configuration file as read: its plain value, and where everything in it stands. */
export interface Source {
  readonly value: unknown
  /** `file:line:column: path: message` */
  describe(finding: Finding): string
}

/** Throws `ConfigError` for what is not YAML, with file:line:column. `name` is how the file is called in messages. */
export function parseSource(name: string, text: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${Math.max(1, line)}:${Math.max(1, col)}`
  }
  if (document.errors.length > 0) {
    throw new ConfigError(document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`))
  }
  const describe = ({ path, key, message }: Finding) => {
    const full = formatPath(key === undefined ? path : [...path, key])
    return `${at(findOffset(document.contents, path, key))}: ${full === '' ? '' : `${full}: `}${message}`
  }
  return { value: document.toJS({ maxAliasCount: 100 }) as unknown, describe }
}

/** Start of the value at `path`, of `key` in it, or of the deepest part of the path that exists. */
function findOffset(root: Node | null, path: readonly (string | number)[], key?: string): number {
  let node: unknown = root
  let offset = root?.range?.[0] ?? 0
  for (const part of key === undefined ? path : [...path, key]) {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && item.key.value === part)
      : undefined
    const isLast = key !== undefined && part === key
    const child: unknown = isMap(node)
      ? isLast
        ? pair?.key
        : pair?.value
      : isNode(node) && 'get' in node && typeof part === 'number'
        ? (node as { get(index: number, keep: true): unknown }).get(part, true)
        : undefined
    if (!isNode(child)) return isNode(pair?.key) ? (pair.key.range?.[0] ?? offset) : offset
    node = child
    offset = child.range?.[0] ?? offset
  }
  return offset
}

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Finding } from './config-error.ts'

type Path = readonly (string | number)[]
export interface Resolving {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly findings: Finding[]
}

/** Typed scalars: a text that came from the environment is read as what stands here. */
const readAs: Readonly<Record<string, 'number' | 'boolean'>> = {
  'server.port': 'number',
  discover: 'boolean',
  sandbox: 'boolean',
}

/** Fills in `${NAME}` and `…File: path` throughout; what cannot be filled in becomes a finding. */
export function resolveValues(value: unknown, path: Path, resolving: Resolving): unknown {
  if (typeof value === 'string') return fillIn(value, path, resolving)
  if (Array.isArray(value))
    return value.map((item, index) => resolveValues(item, [...path, index], resolving))
  if (typeof value !== 'object' || value === null) return value
  const resolved: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const inner = resolveValues(item, [...path, key], resolving)
    // Under `tls` the names caFile, certFile and keyFile are the options themselves.
    const named = path.at(-1) === 'tls' ? undefined : /^(\w+)File$/.exec(key)?.[1]
    if (named === undefined || typeof inner !== 'string') define(resolved, key, inner)
    else if (Object.hasOwn(value, named)) {
      resolving.findings.push({ path, key, message: `give either ${named} or ${key}` })
    } else define(resolved, named, readSecretFile(inner, [...path, key], resolving))
  }
  return resolved
}

/** What an environment variable means at this path; text that does not fit stays text, for the schema to refuse. */
export function readText(text: string, path: string): unknown {
  const kind = readAs[path]
  if (kind === 'number' && /^\d+$/.test(text)) return Number(text)
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function fillIn(text: string, path: Path, { env, findings }: Resolving): unknown {
  let filled = false
  const result = text.replace(
    /\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g,
    (_, escaped?: string, name?: string) => {
      if (escaped !== undefined) return escaped
      const value = name === undefined ? undefined : env[name]
      if (value === undefined) {
        findings.push({ path, message: `expected the environment variable ${name ?? ''} to be set` })
        return ''
      }
      filled = true
      return value
    },
  )
  return filled ? readText(result, path.join('.')) : result
}

function readSecretFile(file: string, path: Path, { cwd, findings }: Resolving): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    findings.push({ path, message: `expected a readable file, ${file} is not (${code})` })
    return ''
  }
}

function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}

import { existsSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { z } from 'zod'
import { ConfigError, type Finding, formatPath } from './config-error.ts'
import type { BrokerConfig, Config } from './contract.ts'
import { findingsOf, type OptionsByKind, readBrokers } from './read-brokers.ts'
import { readText, resolveValues } from './resolve-values.ts'
import { fileSchema, isLoopback, serverSchema } from './schema.ts'
import { Secret } from './secret.ts'
import { secretsOf } from './secrets-of.ts'
import { parseSource, type Source } from './source.ts'

export interface ConfigInput {
  /** Where `signalbox.yaml` is looked for, and what relative paths start from. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly optionsByKind: OptionsByKind
}

/** Environment before file before default. Throws `ConfigError` with every problem there is, each with its place. */
export function loadConfig({ cwd, env, optionsByKind }: ConfigInput): Config {
  const file = findFile(cwd, env)
  const source = file === null ? null : parseSource(basename(file), readFile(file))
  const findings: Finding[] = []
  const raw = asRecord(resolveValues(source?.value ?? {}, [], { cwd, env, findings }), findings)
  const fromEnv = applyEnvironment(raw, env)
  const parsed = fileSchema.safeParse(raw)
  if (!parsed.success) findings.push(...topFindings(parsed.error))
  const listed = Array.isArray(raw.brokers) ? raw.brokers.filter(isRecord) : []
  const brokers = readBrokers(listed, optionsByKind, findings)
  const config = parsed.success && findings.length === 0 ? assemble(file, cwd, parsed.data, brokers) : null
  if (config) findings.push(...checkWhole(config))
  if (findings.length > 0 || !config) {
    throw new ConfigError(findings.map((finding) => placeOf(finding, source, fromEnv)))
  }
  return config
}

function findFile(cwd: string, env: ConfigInput['env']): string | null {
  const named = env.SIGNALBOX_CONFIG
  if (named !== undefined && named !== '') return resolve(cwd, named)
  const usual = resolve(cwd, 'signalbox.yaml')
  return existsSync(usual) ? usual : null
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new ConfigError([`${file}: expected a readable file (named by SIGNALBOX_CONFIG)`])
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asRecord(value: unknown, findings: Finding[]): Record<string, unknown> {
  if (isRecord(value)) return value
  findings.push({ path: [], message: 'expected keys and values at the top level' })
  return {}
}

/** Sets the scalars that variables name; answers which variable each path came from. */
function applyEnvironment(raw: Record<string, unknown>, env: ConfigInput['env']): Map<string, string> {
  const from = new Map<string, string>()
  const set = (path: string, names: readonly string[]) => {
    const name = names.find((candidate) => env[candidate] !== undefined && env[candidate] !== '')
    if (name === undefined) return
    const [section, key] = path.split('.')
    const target = key === undefined ? raw : isRecord(raw.server) ? raw.server : {}
    if (key !== undefined) raw.server = target
    target[key ?? section ?? ''] = readText(env[name] ?? '', path)
    from.set(path, name)
  }
  const also: Record<string, string> = { 'server.port': 'PORT', 'server.host': 'HOST' }
  const paths = [...Object.keys(serverSchema.shape).map((key) => `server.${key}`), 'discover', 'sandbox']
  for (const path of paths) {
    const name = `SIGNALBOX_${path.toUpperCase().replaceAll('.', '_')}`
    set(path, also[path] === undefined ? [name] : [name, also[path]])
  }
  return from
}

function topFindings(error: z.ZodError): Finding[] {
  return error.issues.flatMap((issue) => {
    const isServer = issue.path[0] === 'server'
    const schema = isServer ? serverSchema : fileSchema
    const inner = { ...issue, path: isServer ? issue.path.slice(1) : issue.path }
    return findingsOf({ issues: [inner] } as z.ZodError, isServer ? ['server'] : [], schema)
  })
}

function assemble(
  file: string | null,
  cwd: string,
  data: z.output<typeof fileSchema>,
  brokers: readonly BrokerConfig[],
): Config {
  const { host = '127.0.0.1', port, url = null, dataDir = './.signalbox', token } = data.server ?? {}
  const historyLimit = data.server?.historyLimit ?? 1_000_000_000
  const secrets = [
    token === undefined ? [] : [token],
    ...brokers.map(({ options }) => secretsOf(options.reveal())),
  ]
  return {
    file,
    server: {
      host,
      port: port ?? 3000,
      portIsDefault: port === undefined,
      url,
      dataDir: resolve(cwd, dataDir),
      historyLimit,
      token: token === undefined ? null : new Secret(token),
    },
    discover: data.discover ?? brokers.length === 0,
    sandbox: data.sandbox ?? brokers.length === 0,
    brokers,
    secrets: new Secret([...new Set(secrets.flat())].filter((secret) => secret !== '')),
  }
}

function checkWhole({ server, sandbox, brokers }: Config): Finding[] {
  const findings: Finding[] = []
  if (!isLoopback(server.host)) {
    const reason = `because the console listens on ${server.host}, beyond this machine`
    if (server.url === null)
      findings.push({ path: ['server', 'url'], message: `expected its public address, ${reason}` })
    if (server.token === null)
      findings.push({ path: ['server', 'token'], message: `expected a token, ${reason}` })
  }
  brokers.forEach(({ id, kind }, index) => {
    if (sandbox && id === 'sandbox' && kind !== 'sandbox') {
      findings.push({
        path: ['brokers', index, 'id'],
        message: 'expected another id, this is the built-in broker’s',
      })
    }
  })
  return findings
}

function placeOf(finding: Finding, source: Source | null, fromEnv: ReadonlyMap<string, string>): string {
  const path = formatPath(finding.path)
  const variable = fromEnv.get(path)
  if (variable !== undefined) return `environment variable ${variable}: ${path}: ${finding.message}`
  return source ? source.describe(finding) : `${path}: ${finding.message}`
}

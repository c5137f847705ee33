import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
let folder = ''

/** Each forbidden import alone, and the rule that must catch it. */
const planted: readonly (readonly [file: string, imports: string, rule: string])[] = [
  ['app/api/v1/x/route.ts', 'server/brokers/kafka/index.ts', 'routes-are-thin'],
  ['app/api/v1/y/route.ts', 'kysely', 'sql-in-storage'],
  ['app/z/page.tsx', 'server/storage/sqlite/open-storage.ts', 'pages-are-thin'],
  ['components/features/x/panel.tsx', 'server/config/index.ts', 'components-without-server'],
  ['components/features/x/form.tsx', 'lib/schemas/message.ts', 'zod-off-the-browser'],
  ['components/features/x/other.tsx', 'components/features/y/inside.tsx', 'features-through-their-index'],
  ['components/ui/cell.tsx', 'lib/queries/keys.ts', 'ui-knows-nothing'],
  ['components/shell/chart.tsx', 'recharts', 'recharts-in-charts'],
  ['lib/schemas/a.ts', 'server/log/contract.ts', 'lib-is-isomorphic'],
  ['lib/format/b.ts', 'node:fs', 'lib-without-node'],
  ['lib/format/c.ts', 'pino', 'lib-packages'],
  ['lib/api/client.ts', 'lib/api/operations.ts', 'zod-off-the-browser'],
  ['server/http/a.ts', 'server/storage/contract/index.ts', 'http-imports'],
  ['server/commands/a.ts', 'amqplib', 'clients-in-their-driver'],
  ['server/commands/b.ts', 'server/brokers/redis/index.ts', 'engines-know-contracts'],
  ['server/messages/a.ts', 'server/replays/engine.ts', 'engine-order-messages'],
  ['server/replays/b.ts', 'server/storage/sqlite/open-storage.ts', 'runtime-alone-composes'],
  ['server/brokers/redis/a.ts', 'server/brokers/kafka/index.ts', 'drivers-stand-alone'],
  ['server/brokers/redis/b.ts', 'server/storage/contract/index.ts', 'drivers-stand-alone'],
  ['server/brokers/redis/c.ts', 'kafkajs', 'kafka-client'],
  ['server/messages/b.ts', 'server-only', 'workers-without-server-only'],
  ['server/access/a.ts', 'server/runtime/slot.ts', 'nobody-imports-the-runtime'],
  ['e2e/api/a.ts', 'lib/api/routes.ts', 'e2e-speaks-http'],
  ['demo/company/a.ts', 'server/log/contract.ts', 'demo-is-plain'],
  ['server/log/a.ts', 'demo/desk.ts', 'demo-stays-out'],
  ['server/series/a.ts', 'server/sampler/d.ts', 'engine-order-series'],
  ['server/sampler/a.ts', 'server/sampler/b.ts', 'no-cycles'],
  ['server/commands/c.ts', 'node:sqlite', 'sql-in-storage'],
  ['server/sampler/c.ts', 'server/sampler/nowhere.ts', 'no-unresolved'],
]

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}
function specifierOf(from: string, to: string): string {
  if (!to.includes('/') || to.startsWith('node:')) return to
  const path = relative(dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}
/** `file rule` of every finding of severity error: those fail the check. */
function cruise(): string[] {
  const folders = ['app', 'components', 'lib', 'server', 'e2e', 'demo']
  const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [bin, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders]
  const result = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
  const { summary } = JSON.parse(result.stdout) as {
    summary: { violations: { from: string; rule: { name: string; severity: string } }[] }
  }
  return summary.violations
    .filter(({ rule }) => rule.severity === 'error')
    .map(({ from, rule }) => `${from} ${rule.name}`)
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-rules-'))
  for (const file of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json']) {
    copyFileSync(join(root, file), join(folder, file))
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const name of ['app', 'components', 'lib', 'server', 'e2e', 'demo']) mkdirSync(join(folder, name))
  const targets = planted
    .map(([, target]) => target)
    .filter((target) => target.endsWith('.ts') || target.endsWith('.tsx'))
  for (const target of targets) if (!target.endsWith('nowhere.ts')) write(target, 'export const x = 1\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the import rules', () => {
  it('find nothing where nothing is wrong', () => {
    expect(cruise()).toEqual([])
  })

  it('catch every planted import', () => {
    write('server/sampler/b.ts', `export { x } from './a.ts'\n`)
    for (const [file, imports] of planted)
      write(file, `import * as y from '${specifierOf(file, imports)}'\nexport const x = y\n`)
    expect(cruise()).toEqual(expect.arrayContaining(planted.map(([file, , rule]) => `${file} ${rule}`)))
  })
})

import { parseArgs } from 'node:util'
import {
  type BrokerInstance,
  type BrokerKind,
  brokerKinds,
  brokersRoot,
  describeInstance,
  listInstances,
  removeBroker,
  startBroker,
  stopBroker,
} from './index.ts'

const usage = `usage: npm run brokers -- up|down|status [kind…] [--name NAME] [--purge] [--json]
kinds: ${brokerKinds.join(', ')} (all when none is named)
up      starts what is not running and waits until it answers
down    stops it and keeps its data; --purge deletes the data as well
status  lists the instances, with addresses`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    purge: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const [verb, ...words] = positionals

function isKind(word: string): word is BrokerKind {
  return (brokerKinds as readonly string[]).includes(word)
}

function selectInstances(kinds: readonly BrokerKind[]): BrokerInstance[] {
  const named = (instance: BrokerInstance) => values.name === undefined || instance.name === values.name
  // One level: what a test run keeps in its own folder is not ours to show or stop.
  return listInstances(brokersRoot, 1).filter((instance) => kinds.includes(instance.kind) && named(instance))
}

function print(instance: BrokerInstance): void {
  const version = instance.version === '' ? '' : ` ${instance.version}`
  console.log(`${instance.kind}${version} "${instance.name}" ${instance.state}  ${instance.dir}`)
  if (instance.state !== 'running') return
  for (const [name, url] of Object.entries(instance.urls)) console.log(`  ${name.padEnd(11)}${url}`)
}

async function up(kinds: readonly BrokerKind[]): Promise<BrokerInstance[]> {
  const start = values.name === undefined ? {} : { name: values.name }
  return Promise.all(kinds.map((kind) => startBroker(kind, start)))
}

async function down(kinds: readonly BrokerKind[]): Promise<BrokerInstance[]> {
  const chosen = selectInstances(kinds)
  return Promise.all(
    chosen.map(async (instance) => {
      const stopped = values.purge ? describeInstance(instance) : await stopBroker(instance)
      if (values.purge) await removeBroker(instance)
      return { ...stopped, state: 'stopped' as const }
    }),
  )
}

async function main(): Promise<void> {
  const unknown = words.filter((word) => !isKind(word))
  if (unknown.length > 0) throw new Error(`unknown kind: ${unknown.join(', ')}\n${usage}`)
  const kinds = words.length === 0 ? brokerKinds : words.filter(isKind)
  let shown: BrokerInstance[]
  if (verb === 'up') shown = await up(kinds)
  else if (verb === 'down') shown = await down(kinds)
  else if (verb === 'status') shown = selectInstances(kinds).map(describeInstance)
  else throw new Error(usage)
  if (values.json) console.log(JSON.stringify(shown, null, 2))
  else if (shown.length === 0) console.log('no instances')
  else shown.forEach(print)
}

if (values.help) console.log(usage)
else {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  })
}

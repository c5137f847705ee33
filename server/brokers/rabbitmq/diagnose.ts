import {
  type Call,
  type Diagnosis,
  type DriverDeps,
  diagnosisOf,
  type ExplainRule,
  type Probe,
  type ProbeTarget,
  probeAddress,
  readTlsFiles,
  Steps,
  shorten,
  tellProbe,
  trySignIn,
} from '../contract/index.ts'
import { newClient } from './client.ts'
import { openConnection } from './connection.ts'
import { textAt } from './management.ts'
import { parseEndpoint, type RabbitmqOptions } from './options.ts'
import { listVhosts } from './probe.ts'

const rules: readonly ExplainRule[] = [
  [
    /can only (log in|connect) via (localhost|loopback)/i,
    'This user may come from the broker’s own machine only',
    'Use another user: RabbitMQ lets guest in from loopback alone (rabbitmqctl add_user).',
  ],
  [
    /not_authori[sz]ed.*management|not a? ?management user|management user/i,
    'This user may not use the management API',
    'Give it a tag on the broker: rabbitmqctl set_user_tags <user> monitoring',
  ],
  [
    /Login was refused|Login failed|ACCESS[_-]REFUSED|refused this user name/i,
    'The broker refused this user name and password',
    'Check both, and that the user exists on this broker (rabbitmqctl list_users).',
  ],
  [
    /vhost/i,
    'This user may enter no such vhost',
    'Check the name of the vhost, and let the user in: rabbitmqctl set_permissions -p <vhost> <user> ".*" ".*" ".*"',
  ],
]
const rightsFix = 'Give the user the tag monitoring, and permissions on the vhosts it should see.'

/** Both addresses on their own, then what they can do together. */
export async function diagnose(options: RabbitmqOptions, deps: DriverDeps, call: Call): Promise<Diagnosis> {
  const { amqp, management, tls } = options
  const common = tls === undefined ? {} : { tls }
  const [byAmqp, byManagement] = await Promise.all([
    tryWay('AMQP', amqp, [5672, 5671], { ...common, amqp }, deps, call),
    tryWay('Management', management, [80, 443], { ...common, management }, deps, call),
  ])
  const whole = new Steps('')
  const steps = () => [...byAmqp.steps.list(), ...byManagement.steps.list(), ...whole.list()]
  const way = byManagement.probe ?? byAmqp.probe
  if (!way) {
    whole.skip(['permissions', 'version', 'abilities'], 'Not tried: no address let us in')
    return diagnosisOf(steps(), null)
  }
  const isWhole = byAmqp.probe !== null && byManagement.probe !== null
  const probe = isWhole ? await probeWhole(options, deps, call).catch(() => way) : way
  const refused = byManagement.probe ? await readRefusals(options, deps, call) : []
  tellProbe(whole, 'RabbitMQ', probe, refused, rightsFix)
  return diagnosisOf(steps(), probe)
}

const missing: Readonly<Record<string, string>> = {
  AMQP: 'No AMQP address: structure and depths are shown, messages can neither be looked at nor sent',
  Management:
    'No management address: no list of queues, so messages can neither be looked at nor replayed; only that the broker lives is known',
}

interface Way {
  readonly steps: Steps
  readonly probe: Probe | null
}

async function tryWay(
  at: string,
  address: string | undefined,
  ports: readonly [number, number],
  options: { tls?: RabbitmqOptions['tls']; amqp?: string | undefined; management?: string | undefined },
  deps: DriverDeps,
  call: Call,
): Promise<Way> {
  const steps = new Steps(at)
  if (address === undefined) {
    steps.tell('tcp', 'warning', { sentence: missing[at] ?? '', fix: 'Give both addresses for everything.' })
    return { steps, probe: null }
  }
  const { host, port, secure } = parseEndpoint(address, ports)
  const tls = secure ? () => readTlsFiles(options.tls) : null
  const target: ProbeTarget = { host, port, tls, carriesLogin: true }
  if (!(await probeAddress(steps, target, call))) return { steps, probe: null }
  const open = async () => openConnection(options, deps)
  return { steps, probe: await trySignIn(steps, open, target, rules, call) }
}

async function probeWhole(options: RabbitmqOptions, deps: DriverDeps, call: Call): Promise<Probe> {
  const connection = openConnection(options, deps)
  try {
    return await connection.probe(shorten(call, 5_000))
  } finally {
    await connection.close()
  }
}

/** What the tags and vhosts of this user leave out; a part that is not told is not guessed. */
async function readRefusals(options: RabbitmqOptions, deps: DriverDeps, call: Call): Promise<string[]> {
  const client = newClient(options, deps)
  const short = shorten(call, 3_000)
  try {
    const me = await client.management?.getObject('/whoami', short)
    const tags = Array.isArray(me?.tags) ? me.tags.map(String) : (me && textAt(me, 'tags')?.split(',')) || []
    const seesAll = tags.some((tag) => tag.trim() === 'monitoring' || tag.trim() === 'administrator')
    const vhosts = await listVhosts(client, short)
    return [
      ...(vhosts.length === 0 ? ['This user may enter no vhost: it sees no queue at all'] : []),
      ...(seesAll ? [] : ['Without the tag monitoring: only its own vhosts, and no node']),
    ]
  } catch {
    return []
  } finally {
    client.management?.close()
    client.prometheus.close()
    await client.links.close()
  }
}

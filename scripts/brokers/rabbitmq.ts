import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { launchOwned } from './processes.ts'
import { isListening, portOf } from './run.ts'
import { writeFileAtomic } from './store.ts'
import type { BrokerInstance, Recipe } from './types.ts'

const plugins = [
  'rabbitmq_management',
  'rabbitmq_stream',
  'rabbitmq_stream_management',
  'rabbitmq_shovel',
  'rabbitmq_shovel_management',
  'rabbitmq_prometheus',
  'rabbitmq_consistent_hash_exchange',
]
const user = 'guest'

/** The server's own sbin folder. The wrapper on PATH would switch to the system's service user. */
function findRabbitmqSbin(): string | null {
  const own = process.env.RABBITMQ_HOME
  const packaged = '/usr/lib/rabbitmq/lib'
  const folders = existsSync(packaged) ? readdirSync(packaged).sort().reverse() : []
  const candidates = [
    ...(own === undefined ? [] : [join(own, 'sbin')]),
    ...folders.map((folder) => join(packaged, folder, 'sbin')),
  ]
  return candidates.find((folder) => existsSync(join(folder, 'rabbitmq-server'))) ?? null
}

function requireSbin(): string {
  const sbin = findRabbitmqSbin()
  if (sbin === null) throw new Error('rabbitmq-server is not installed: run "npm run setup"')
  return sbin
}

/** Environment under which the server runs and under which rabbitmqctl reaches it. */
function rabbitmqEnvironment(instance: BrokerInstance): Record<string, string> {
  const { dir, ports } = instance
  return {
    HOME: join(dir, 'home'),
    RABBITMQ_NODENAME: `${instance.name}-${portOf(ports, 'dist')}@localhost`,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    ERL_EPMD_PORT: String(portOf(ports, 'epmd')),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(portOf(ports, 'dist')),
    RABBITMQ_MNESIA_BASE: join(dir, 'mnesia'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
    RABBITMQ_PID_FILE: join(dir, 'pid'),
    // Without it the distribution listener binds every interface.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none',
  }
}

function configLines({ ports, options }: BrokerInstance): string[] {
  const stream = portOf(ports, 'stream')
  return [
    `listeners.tcp.1 = 127.0.0.1:${portOf(ports, 'amqp')}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${portOf(ports, 'http')}`,
    'prometheus.tcp.ip = 127.0.0.1',
    `prometheus.tcp.port = ${portOf(ports, 'prometheus')}`,
    `stream.listeners.tcp.1 = 127.0.0.1:${stream}`,
    'stream.advertised_host = 127.0.0.1',
    `stream.advertised_port = ${stream}`,
    'loopback_users = none',
    'disk_free_limit.absolute = 50MB',
    ...(options.config ?? []),
  ]
}

async function readOverview(instance: BrokerInstance, signal: AbortSignal): Promise<string | null> {
  const http = portOf(instance.ports, 'http')
  const headers = { authorization: `Basic ${Buffer.from(`${user}:${user}`).toString('base64')}` }
  const check = `/api/health/checks/port-listener/${portOf(instance.ports, 'amqp')}`
  try {
    const ready = await fetch(`http://127.0.0.1:${http}${check}`, { headers, signal })
    if (!ready.ok || !(await isListening(portOf(instance.ports, 'stream')))) return null
    const overview = await fetch(`http://127.0.0.1:${http}/api/overview`, { headers, signal })
    if (!overview.ok) return null
    const { rabbitmq_version: version } = (await overview.json()) as { rabbitmq_version?: string }
    return version ?? null
  } catch {
    return null
  }
}

export const rabbitmqRecipe: Recipe = {
  kind: 'rabbitmq',
  portNames: ['epmd', 'dist', 'amqp', 'http', 'prometheus', 'stream'],
  servers: /^beam/,
  stopMs: 25_000,
  describe(instance) {
    const { ports } = instance
    return {
      urls: {
        amqp: `amqp://${user}:${user}@127.0.0.1:${portOf(ports, 'amqp')}`,
        http: `http://127.0.0.1:${portOf(ports, 'http')}`,
        prometheus: `http://127.0.0.1:${portOf(ports, 'prometheus')}/metrics`,
        stream: `rabbitmq-stream://${user}:${user}@127.0.0.1:${portOf(ports, 'stream')}`,
      },
      access: { user, password: user, environmentFile: join(instance.dir, 'env.sh') },
    }
  },
  async prepare(instance) {
    for (const folder of ['home', 'mnesia', 'log']) mkdirSync(join(instance.dir, folder), { recursive: true })
    writeFileAtomic(join(instance.dir, 'rabbitmq.conf'), `${configLines(instance).join('\n')}\n`)
    writeFileAtomic(join(instance.dir, 'enabled_plugins'), `[${plugins.join(',')}].\n`)
    const exports = Object.entries({ ...rabbitmqEnvironment(instance), RMQ: join(requireSbin(), '..') })
    const script = exports.map(([name, value]) => `export ${name}='${value}'\n`).join('')
    writeFileAtomic(join(instance.dir, 'env.sh'), script)
  },
  launch: (instance) => [
    launchOwned(instance, {
      role: 'rabbitmq-server',
      command: join(requireSbin(), 'rabbitmq-server'),
      args: [],
      env: rabbitmqEnvironment(instance),
      logFile: join(instance.dir, 'log', 'stdout.log'),
    }),
  ],
  probe: readOverview,
}

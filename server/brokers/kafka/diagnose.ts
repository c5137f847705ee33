import {
  type BrokerConnection,
  type Call,
  type Diagnosis,
  type DriverDeps,
  diagnosisOf,
  type ExplainRule,
  explain,
  ownWords,
  type ProbeTarget,
  probeAddress,
  Steps,
  shorten,
  tellProbe,
  trySignIn,
} from '../contract/index.ts'
import { Cluster } from './cluster.ts'
import { openConnection } from './connection.ts'
import { type Endpoint, type KafkaOptions, parseEndpoint } from './options.ts'
import { loadTls } from './protocol/socket.ts'

const rules: readonly ExplainRule[] = [
  [
    /it offers: none|ILLEGAL_SASL_STATE/i,
    'This listener takes no sign-in',
    'Choose no sign-in, or the address of a listener with SASL.',
  ],
  [
    /UNSUPPORTED_SASL_MECHANISM|it offers: /i,
    'This listener does not offer the chosen way to sign in',
    'Choose one of those it offers.',
  ],
  [
    /SASL_AUTHENTICATION_FAILED|Authentication failed|invalid credentials|server signature/i,
    'The broker refused this user name and password',
    'Check both, and that the user exists for this mechanism (kafka-configs.sh --describe --entity-type users).',
  ],
  [
    /SASL port|sasl/i,
    'This listener closes the connection of whoever does not sign in',
    'Choose the sign-in this listener wants, with user name and password.',
  ],
  [
    /AUTHORIZATION_FAILED|not authorized/i,
    'These credentials may not ask for this',
    'Grant DESCRIBE on the cluster and the topics to this user (kafka-acls.sh).',
  ],
  [
    /does not speak the Kafka protocol|closed the connection before answering/i,
    'No Kafka listener answers on this port',
    'Check the port: a controller or another program may listen there, or a listener with TLS.',
  ],
]
const rightsFix =
  'Grant DESCRIBE on the cluster, and READ and DESCRIBE on the topics, to this user (kafka-acls.sh).'
const atMost = 12

/** Each bootstrap address, the sign-in through one that answers, then the addresses the brokers give out. */
export async function diagnose(options: KafkaOptions, deps: DriverDeps, call: Call): Promise<Diagnosis> {
  const tls = options.tls ? () => loadTls(options.tls) ?? {} : null
  const targetOf = ({ host, port }: Endpoint): ProbeTarget => ({
    host,
    port,
    tls,
    carriesLogin: options.sasl !== undefined,
  })
  const tried = await Promise.all(
    options.bootstrap.slice(0, atMost).map(async (address) => {
      const steps = new Steps(address)
      const isOpen = await probeAddress(steps, targetOf(parseEndpoint(address)), call)
      return { steps, isOpen, address }
    }),
  )
  const whole = new Steps('')
  const first = tried.find(({ isOpen }) => isOpen)
  const list = () => [...tried.flatMap(({ steps }) => steps.list()), ...whole.list()]
  if (!first) {
    whole.skip(['permissions', 'version', 'abilities'], 'Not tried: no address let us in')
    return diagnosisOf(list(), null)
  }
  for (const other of tried)
    if (other !== first && other.isOpen) other.steps.skip(['sign-in'], 'Tried at the first address')
  const open = async (): Promise<BrokerConnection> =>
    openConnection({ ...options, bootstrap: [first.address] }, deps)
  const probe = await trySignIn(first.steps, open, targetOf(parseEndpoint(first.address)), rules, call)
  if (!probe) {
    whole.skip(['permissions', 'version', 'abilities'], 'Not tried: the sign-in failed')
    return diagnosisOf(list(), null)
  }
  const told = await askCluster(options, first.address, deps, call)
  whole.tell('tcp', ...(await tryAdvertised(told.brokers, call)))
  tellProbe(whole, 'Kafka', probe, told.refused, rightsFix)
  return diagnosisOf(list(), probe)
}

interface Told {
  readonly brokers: readonly Endpoint[]
  readonly refused: readonly string[]
}

async function askCluster(
  options: KafkaOptions,
  address: string,
  deps: DriverDeps,
  call: Call,
): Promise<Told> {
  const cluster = new Cluster({ ...options, bootstrap: [address] }, `signalbox-${deps.brokerId}`)
  try {
    const { brokers, topics } = await cluster.metadata(null, shorten(call, 4_000))
    const refused =
      topics.length === 0 ? ['No topic is visible: there is none, or none these credentials may see'] : []
    return { brokers, refused }
  } catch (error) {
    return { brokers: [], refused: [ownWords(error)] }
  } finally {
    cluster.close()
  }
}

type Verdict = readonly ['ok' | 'warning' | 'failed', { sentence: string; words?: string; fix?: string }]

/** Clients are sent to the addresses the brokers advertise: one that cannot be reached from here is the usual trap. */
async function tryAdvertised(brokers: readonly Endpoint[], call: Call): Promise<Verdict> {
  const shown = brokers.slice(0, atMost)
  const results = await Promise.all(
    shown.map(async ({ host, port }) => {
      const steps = new Steps('')
      await probeAddress(steps, { host, port, tls: null, carriesLogin: false }, call)
      const failed = steps.list().find(({ state }) => state === 'failed')
      return failed ? `${host}:${port}: ${failed.words ?? failed.sentence}` : null
    }),
  )
  const lost = results.filter((words) => words !== null)
  if (shown.length === 0) return ['warning', { sentence: 'The cluster named no broker' }]
  const names = shown.map(({ host, port }) => `${host}:${port}`).join(', ')
  if (lost.length === 0)
    return ['ok', { sentence: `The addresses the brokers give out can be reached: ${names}` }]
  const sentence =
    lost.length === shown.length
      ? 'None of the addresses the brokers give out can be reached'
      : `${lost.length} of ${shown.length} addresses the brokers give out cannot be reached`
  const fix =
    'Correct advertised.listeners on the brokers, or make these names and ports reachable from here.'
  const { fix: hint } = explain(lost[0] ?? '')
  return [
    lost.length === shown.length ? 'failed' : 'warning',
    { sentence, words: lost.join('; '), fix: `${fix} ${hint}` },
  ]
}

import {
  type Call,
  type Diagnosis,
  type DriverDeps,
  diagnosisOf,
  type ExplainRule,
  type ProbeTarget,
  probeAddress,
  readTlsFiles,
  Steps,
  tellProbe,
  trySignIn,
} from '../contract/index.ts'
import { openConnection } from './connection.ts'
import { type Address, type RedisOptions, readAccess, textOfAddress } from './options.ts'

const rules: readonly ExplainRule[] = [
  [
    /^NOAUTH|NOAUTH /,
    'The server asks for a password, and none was given',
    'Give the password (and the user name where there is one).',
  ],
  [
    /without any password configured/i,
    'A password was given, and the server has none for this user',
    'Leave the password empty, or give the user name it belongs to.',
  ],
  [
    /WRONGPASS|invalid password|invalid username-password/i,
    'The server refused this user name and password',
    'Check both, and that the user exists and is on (ACL LIST).',
  ],
  [
    /NOPERM/,
    'This user may not run the commands that Signalbox needs',
    'Grant them on the server, for reading at least: ACL SETUSER <user> +@read +ping +info +scan ~*',
  ],
  [/DB index is out of range/i, 'The server has no such database', 'Use a smaller number.'],
  [/cluster support disabled/i, 'This is one server, not a cluster', 'Choose "One server" as layout.'],
  [
    /CLUSTERDOWN|serves no slots/i,
    'The cluster does not serve all of its slots',
    'Look at it with redis-cli --cluster check.',
  ],
  [/LOADING/, 'The server is still loading its data', 'Wait until it has, then try again.'],
  [/max number of clients/i, 'The server takes no more clients', 'Raise maxclients, or close connections.'],
]
const rightsFix =
  'Grant what is named to this user on the server (ACL SETUSER), or leave it: reading goes on without.'
const atMost = 12

/** Each address, the sign-in at the first that answers, then what the commands tried there were refused. */
export async function diagnose(options: RedisOptions, deps: DriverDeps, call: Call): Promise<Diagnosis> {
  const access = readAccess(options)
  const tls = access.tls === false ? null : () => readTlsFiles(access.tls)
  const carriesLogin = access.password !== undefined
  const targetOf = ({ host, port }: Address): ProbeTarget => ({ host, port, tls, carriesLogin })
  const tried = await Promise.all(
    access.seeds.slice(0, atMost).map(async (seed) => {
      const steps = new Steps(access.seeds.length > 1 ? textOfAddress(seed) : '')
      return { seed, steps, isOpen: await probeAddress(steps, targetOf(seed), call) }
    }),
  )
  const first = tried.find(({ isOpen }) => isOpen)
  const whole = tried.length === 1 && tried[0] ? tried[0].steps : new Steps('')
  const list = () =>
    [...new Set([...tried.map(({ steps }) => steps), whole])].flatMap((steps) => steps.list())
  const probe = first
    ? await trySignIn(
        first.steps,
        async () => openConnection(options, deps),
        targetOf(first.seed),
        rules,
        call,
      )
    : null
  for (const other of tried)
    if (other !== first && other.isOpen) other.steps.skip(['sign-in'], 'Tried at the first address')
  if (probe) {
    const refused = Object.values(probe.abilities).flatMap(({ reason }) =>
      reason && /NOPERM|permission/i.test(reason) ? [reason] : [],
    )
    tellProbe(whole, 'Redis', probe, [...new Set(refused)], rightsFix)
  } else whole.skip(['permissions', 'version', 'abilities'], 'Not tried: no address let us in')
  return diagnosisOf(list(), probe)
}

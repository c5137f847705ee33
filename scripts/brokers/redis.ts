import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launchOwned } from './processes.ts'
import { portOf, requireProgram, runProgram } from './run.ts'
import { writeFileAtomic } from './store.ts'
import type { BrokerInstance, OwnedProcess, Recipe } from './types.ts'

const aclUser = 'console'
const aclPassword = 'console-secret'

/**
 * Configuration lines every Redis of ours has: loopback, and a kill -9 loses nothing it answered. That holds with
 * `appendfsync no`, as the kernel keeps what was written; with `everysec` Redis (7.0) postpones the write itself for
 * up to 2 s while an fsync runs, and answers before.
 */
export function writeRedisConfig(dir: string, port: number, extra: string[]): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${JSON.stringify(dir)}`,
    'daemonize no',
    'appendonly yes',
    'appendfsync no',
    'save ""',
    // The title would overwrite the environment in /proc, by which our processes are known.
    'set-proc-title no',
    'enable-debug-command local',
    ...extra,
  ]
  writeFileAtomic(join(dir, 'redis.conf'), `${lines.join('\n')}\n`)
}

/** Starts one server on the configuration in `dir`. */
export function launchRedis(instance: BrokerInstance, dir: string, role: string): OwnedProcess {
  return launchOwned(instance, {
    role,
    command: requireProgram('redis-server'),
    args: [join(dir, 'redis.conf')],
    logFile: join(dir, 'redis.log'),
  })
}

/** Runs one command through redis-cli; rejects when the server cannot be reached. */
export function callRedis(
  port: number,
  args: string[],
  password?: string,
  signal?: AbortSignal,
): Promise<string> {
  return runProgram(requireProgram('redis-cli'), ['-h', '127.0.0.1', '-p', String(port), ...args], {
    env: password === undefined ? {} : { REDISCLI_AUTH: password },
    ...(signal === undefined ? {} : { signal }),
  })
}

/** The version of a server that has finished loading; null while it has not. */
export async function probeRedis(
  port: number,
  password?: string,
  signal?: AbortSignal,
): Promise<string | null> {
  try {
    const info = await callRedis(port, ['info'], password, signal)
    if (!/^loading:0/m.test(info)) return null
    return /^redis_version:(\S+)/m.exec(info)?.[1] ?? null
  } catch {
    return null
  }
}

export const redisRecipe: Recipe = {
  kind: 'redis',
  portNames: ['redis'],
  servers: /^redis-server$/,
  stopMs: 5_000,
  describe(instance) {
    const port = portOf(instance.ports, 'redis')
    const { password } = instance.options
    const login = password === undefined ? '' : `:${encodeURIComponent(password)}@`
    return {
      urls: {
        redis: `redis://${login}127.0.0.1:${port}`,
        acl: `redis://${aclUser}:${aclPassword}@127.0.0.1:${port}`,
      },
      access: { aclUser, aclPassword, ...(password === undefined ? {} : { password }) },
    }
  },
  async prepare(instance) {
    const { password } = instance.options
    writeRedisConfig(instance.dir, portOf(instance.ports, 'redis'), [
      `user default on ${password === undefined ? 'nopass' : `>${password}`} ~* &* +@all`,
      `user ${aclUser} on >${aclPassword} ~* &* +@all`,
    ])
  },
  launch: (instance) => [launchRedis(instance, instance.dir, 'redis-server')],
  probe: (instance, signal) => probeRedis(portOf(instance.ports, 'redis'), instance.options.password, signal),
}

import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrokerInstance, OwnedProcess } from './types.ts'

/** Environment variable that marks every process of an instance, whoever its parent is. */
export const tokenVariable = 'SIGNALBOX_BROKER_TOKEN'

/** Identifies this boot: a pid recorded before a reboot belongs to nobody. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** The fields of /proc/<pid>/stat from the state on; null when the process is gone or a zombie. */
function readStat(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name may hold spaces and brackets: fields count from the last ')'.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields
  } catch {
    return null
  }
}

/** Start time of a live process in clock ticks since boot; null when gone or a zombie. */
export function readStartTicks(pid: number): string | null {
  return readStat(pid)?.[19] ?? null
}

/** True while a process group has a live member. Zombies, which nobody may reap, do not count. */
export function isGroupAlive(groupId: number): boolean {
  const wanted = String(groupId)
  return listPids().some((pid) => readStat(pid)?.[2] === wanted)
}

function listPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** True only for the very process that was recorded. */
export function isAlive(owned: Pick<OwnedProcess, 'pid' | 'startTicks'>): boolean {
  return readStartTicks(owned.pid) === owned.startTicks
}

/** Sends a signal to the recorded process, never to another one that got its pid. */
export function signalOwned(owned: OwnedProcess, signal: NodeJS.Signals): void {
  if (!isAlive(owned)) return
  try {
    process.kill(owned.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Every live process of an instance: helpers and daemons (epmd) included. */
export function findByToken(token: string): OwnedProcess[] {
  return findByEnvironment(tokenVariable, token)
}

/** Every live process that was started with `variable` set to exactly `value`, whoever its parent is. */
export function findByEnvironment(variable: string, value: string): OwnedProcess[] {
  const needle = `${variable}=${value}\0`
  const found: OwnedProcess[] = []
  for (const pid of listPids()) {
    if (pid === process.pid) continue
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(needle)) continue
      const startTicks = readStartTicks(pid)
      const role = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
      if (startTicks !== null) found.push({ pid, startTicks, role })
    } catch {
      // Ended meanwhile, or another user's process: not ours.
    }
  }
  return found
}

/** The live processes of an instance: the recorded ones and those that carry its token. */
export function listProcesses(instance: BrokerInstance): OwnedProcess[] {
  if (instance.bootId !== readBootId()) return []
  const recorded = instance.processes.filter(isAlive)
  const known = new Set(recorded.map((owned) => owned.pid))
  return [...recorded, ...findByToken(instance.token).filter((owned) => !known.has(owned.pid))]
}

/** Waits until all are gone; false when the time is over first. */
export async function waitGone(owned: OwnedProcess[], timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs
  while (owned.some(isAlive)) {
    if (Date.now() > end) return false
    await sleep(40)
  }
  return true
}

export interface LaunchCommand {
  role: string
  command: string
  args: string[]
  env?: Record<string, string>
  logFile: string
}

/** Starts a server that outlives us: own session, output to a file, marked with the token. */
export function launchOwned(instance: BrokerInstance, launch: LaunchCommand): OwnedProcess {
  const log = openSync(launch.logFile, 'a', 0o600)
  const child = spawn(launch.command, launch.args, {
    cwd: instance.dir,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...inheritedEnvironment(), ...launch.env, [tokenVariable]: instance.token },
  })
  closeSync(log)
  child.on('error', () => undefined)
  child.unref()
  const startTicks = child.pid === undefined ? null : readStartTicks(child.pid)
  if (child.pid === undefined || startTicks === null) {
    throw new Error(`${launch.command} could not be started; see ${launch.logFile}`)
  }
  return { pid: child.pid, startTicks, role: launch.role }
}

/** The caller's environment without the settings that would redirect a server to the user's own. */
export function inheritedEnvironment(): NodeJS.ProcessEnv {
  const kept = { ...process.env }
  for (const name of Object.keys(kept)) {
    if (/^(RABBITMQ|ERL_|KAFKA|REDIS|JAVA_TOOL|JDK_)/.test(name)) delete kept[name]
  }
  return kept
}

import { readFileSync } from 'node:fs'

export interface Memory {
  /** Megabytes (10^6 bytes) resident now. */
  readonly residentMb: number
  /** The most it ever was. */
  readonly peakMb: number
}

/** What the kernel counts for a process. */
export function readMemory(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const megabytes = (name: string) => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)
    if (!match) throw new Error(`/proc/${pid}/status names no ${name}`)
    return (Number(match[1]) * 1024) / 1e6
  }
  return { residentMb: megabytes('VmRSS'), peakMb: megabytes('VmHWM') }
}

/** Processor seconds of a process so far, user and system; the clock tick is 10 ms on every Linux we know. */
export function readCpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

import type { Staff } from '../staff.ts'
import { type Control, maxRate } from './control.ts'
import { printStatus, readStatus } from './status.ts'

const letters = 'abcdefghijklmnoprstuvwxyz'

export const keysHelp = '+ and - change the rate, ? shows everybody and their letters, q ends'

/** One key a deed, for a person at the terminal. Does nothing where there is none. Answers what puts it back. */
export function listenToKeys(control: Control, staff: Staff, end: () => void): () => void {
  const { stdin } = process
  if (!stdin.isTTY) return () => undefined
  const onKey = (bytes: Buffer) => {
    for (const key of bytes.toString('utf8')) press(key, control, staff, end)
  }
  stdin.setRawMode(true)
  stdin.on('data', onKey)
  stdin.resume()
  return () => {
    stdin.off('data', onKey)
    stdin.setRawMode(false)
    stdin.pause()
  }
}

function press(key: string, control: Control, staff: Staff, end: () => void): void {
  const worker = staff.workers[letters.indexOf(key)]
  // In raw mode Ctrl-C is a key like any other.
  if (key === 'q' || key === '\u0003') end()
  else if (key === '?') console.log(printStatus(readStatus(control, staff), (index) => `${letters[index]}  `))
  else if (key === '+' || key === '-') {
    const rate = key === '+' ? Math.max(1, control.rate * 2) : Math.floor(control.rate / 2)
    control.rate = Math.min(maxRate, rate)
    console.log(`${control.rate} orders a second`)
  } else if (worker) {
    const mood = control.moodOf(worker.name) === 'healthy' ? 'broken' : 'healthy'
    control.setMood(worker.name, mood)
    console.log(`${worker.name} is ${mood}`)
  }
}

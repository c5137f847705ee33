import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../scripts/brokers/processes.ts'
import { withLock } from '../scripts/brokers/store.ts'
import { purge, stopBrokers } from './brokers.ts'
import { endConsole } from './console.ts'
import { askChange, askStatus, askStop } from './control/client.ts'
import { printStatus } from './control/status.ts'
import { type Options, readOptions, usage } from './options.ts'
import { demoFolder, findRunning, forgetRunning, makeDemoFolder, type Running } from './place.ts'
import { run } from './run.ts'

/** Milliseconds a demo has to end: workers, console and brokers, one after the other. */
const stopMs = 90_000

function isChange({ change }: Options): boolean {
  return change.rate !== undefined || change.moods.length + change.hire.length + change.dismiss.length > 0
}

/** To the demo that runs already. */
async function speak(running: Running, options: Options): Promise<void> {
  if (options.wants === 'stop' || options.wants === 'purge') return end(running, options.wants === 'purge')
  const isAsked = options.wants === 'status' || !isChange(options)
  const status = isAsked ? await askStatus(running) : await askChange(running, options.change)
  console.log(`It runs: ${running.url}\n${printStatus(status)}`)
}

async function end(running: Running | null, purges: boolean): Promise<void> {
  if (running) {
    // One that is ending already does not answer; it is waited for all the same.
    await askStop(running, purges).catch(() => undefined)
    const until = Date.now() + stopMs
    while (isAlive(running) && Date.now() < until) await sleep(100)
    if (isAlive(running)) throw new Error(`process ${running.pid} does not end`)
  }
  // What a killed one left, or one that was told to keep its brokers.
  await endConsole()
  if (purges) await purge()
  else await stopBrokers()
  forgetRunning()
  console.log(purges ? 'ended; its data is deleted' : 'ended; its data is kept')
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options.wants === 'help') return console.log(usage)
  const running = findRunning()
  if (running) return speak(running, options)
  if (options.wants === 'stop' || options.wants === 'purge') return end(null, options.wants === 'purge')
  if (options.wants === 'status') return console.log('It does not run.')
  makeDemoFolder()
  // Held as long as it lives; a killed one's is taken over.
  await withLock(join(demoFolder, 'lock'), 0, () => run(options)).catch((error: unknown) => {
    if (!/ is held by /.test(String(error))) throw error
    throw new Error('A demo is starting or ending at this moment: try again when it says so.', {
      cause: error,
    })
  })
}

// A reader of our lines that leaves (`npm run demo | head`) is no reason to fall over with brokers running.
process.stdout.on('error', () => undefined)

// kafkajs sets timers that lie a moment in the past (its issue 1751); nothing else is silenced.
process.removeAllListeners('warning')
process.on('warning', (warning) => {
  if (warning.name !== 'TimeoutNegativeWarning') console.error(`${warning.name}: ${warning.message}`)
})

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
// Clients of brokers that are gone keep timers; everything that matters has been awaited.
process.exit()

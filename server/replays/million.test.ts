import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const script = fileURLToPath(new URL('./testing/million-rows.ts', import.meta.url))

it('plans a million messages and goes through them within a 90 MB heap, answering in time', {
  timeout: 240_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'signalbox-million-'))
  const child = spawn(process.execPath, ['--max-old-space-size=90', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = await once(child, 'close')
  await rm(directory, { recursive: true, force: true })
  expect([code, said.trim()]).toEqual([0, 'completed 1000000 1000000 in time'])
})

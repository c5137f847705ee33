// Prints a new sign-in link; works beside a running server, through its data directory.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { issueSignInToken } from '../server/access/access.ts'
import { openStorage } from '../server/storage/sqlite/open-storage.ts'
import { loadOrExit, publicUrl } from './start-support/load.mjs'

const config = loadOrExit(process.cwd())
const storage = await openStorage(config.server.dataDir, { role: 'tool' })
const { token } = await issueSignInToken(storage.access, Date.now())
await storage.close()
const running = join(config.server.dataDir, 'address')
const url = existsSync(running) ? readFileSync(running, 'utf8') : publicUrl(config.server, config.server.port)
console.log(`Open ${url}/sign-in?token=${token}`)
console.log('The link works once, for 15 minutes.')

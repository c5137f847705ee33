import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const app = resolve(import.meta.dirname, '../../app')

/** Every page under app/, by its file. */
export function listPages(): readonly string[] {
  return readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map((file) => join(file))
    .sort()
}

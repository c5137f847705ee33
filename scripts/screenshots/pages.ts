import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** The page a picture is of, where a tree may not have it. */
const folders: Readonly<Record<string, string>> = { 'add-broker': 'app/(console)/brokers/new' }

/** Whether this tree has the page; a picture of one it has must be there. */
export function hasPage(picture: string): boolean {
  const folder = folders[picture]
  return folder === undefined || existsSync(join(root, folder))
}

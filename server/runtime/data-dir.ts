import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of the store, the backups and the history: three folders, no walk. Null when they cannot be read. */
export async function measureDataDir(dataDir: string): Promise<number | null> {
  try {
    const folders = [dataDir, join(dataDir, 'backups'), join(dataDir, 'history')]
    const sizes = await Promise.all(folders.map(sizeOf))
    return sizes.reduce((sum, size) => sum + size, 0)
  } catch {
    return null
  }
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  // A file may go between the list and the question.
  const sizes = files.map(({ name }) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

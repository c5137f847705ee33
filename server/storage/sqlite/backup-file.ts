import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { BrokerMessage } from '../../brokers/contract/index.ts'
import { readMessageLine, writeMessageLine } from './message-line.ts'

export interface FileFacts {
  readonly messages: number
  readonly bytes: number
  readonly sha256: string
}

export interface BackupFile {
  append(messages: readonly BrokerMessage[]): Promise<void>
  close(): Promise<FileFacts>
}

/** A new NDJSON file that only its owner may read; each append is on disk (fsync) when it resolves. */
export async function createBackupFile(path: string): Promise<BackupFile> {
  const file = await open(path, 'wx', 0o600)
  const hash = createHash('sha256')
  let messages = 0
  let bytes = 0
  return {
    async append(batch) {
      const chunk = Buffer.from(batch.map(writeMessageLine).join(''), 'utf8')
      let written = 0
      while (written < chunk.byteLength) {
        written += (await file.write(chunk, written, chunk.byteLength - written, bytes + written))
          .bytesWritten
      }
      await file.datasync()
      hash.update(chunk)
      messages += batch.length
      bytes += chunk.byteLength
    },
    async close() {
      await file.sync()
      await file.close()
      return { messages, bytes, sha256: hash.digest('hex') }
    },
  }
}

/** Streams a file's messages and returns what was read; a torn last line (killed while writing) ends it. */
export async function* readBackupFile(path: string): AsyncGenerator<BrokerMessage, FileFacts> {
  const file = await open(path, 'r')
  try {
    const hash = createHash('sha256')
    let messages = 0
    let bytes = 0
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })) {
      let data: Buffer = rest.byteLength > 0 ? Buffer.concat([rest, chunk]) : chunk
      for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10)) {
        const line = data.subarray(0, end + 1)
        hash.update(line)
        bytes += line.byteLength
        messages += 1
        yield readMessageLine(line.toString('utf8'))
        data = data.subarray(end + 1)
      }
      rest = data
    }
    return { messages, bytes, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

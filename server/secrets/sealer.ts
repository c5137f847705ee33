import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { openKeyFile } from './key-file.ts'

/** What was sealed cannot be opened again: the key file is lost, or key or text are not the ones of then. */
export class SealError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SealError'
  }
}

export interface Sealer {
  /** `context` names what the text belongs to: sealed for one broker, it opens for no other. */
  seal(text: string, context: string): string
  /** Throws `SealError`. */
  open(sealed: string, context: string): string
}

const version = 'v1'
const ivBytes = 12

/** AES-256-GCM under the key of this data directory; a fresh random nonce each time. The key is made by the first seal. */
export function createSealer(dataDir: string): Sealer {
  const keyFile = openKeyFile(dataDir)
  return {
    seal(text, context) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', keyFile.readOrMake(), iv)
      cipher.setAAD(Buffer.from(`${version} ${context}`))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [version, ...[iv, cipher.getAuthTag(), body].map((part) => part.toString('base64url'))].join('.')
    },
    open(sealed, context) {
      const [found, ...parts] = sealed.split('.')
      const [iv, tag, body] = parts.map((part) => Buffer.from(part, 'base64url'))
      if (found !== version || !iv || !tag || !body || iv.length !== ivBytes || tag.length !== 16)
        throw new SealError('what is stored was not sealed by this version')
      const key = keyFile.read()
      if (!key) throw new SealError(`the key file ${keyFile.path} is missing`)
      const decipher = createDecipheriv('aes-256-gcm', key, iv)
      decipher.setAAD(Buffer.from(`${version} ${context}`))
      decipher.setAuthTag(tag)
      try {
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
      } catch {
        throw new SealError(
          `the key file ${keyFile.path} is not the one it was stored under, or the store was changed`,
        )
      }
    },
  }
}

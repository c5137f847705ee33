import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { BrokerError } from '../../contract/index.ts'

export interface Sasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

/** Sends one SASL message and answers with the broker's. */
export type Exchange = (bytes: Buffer) => Promise<Buffer>

const derive = promisify(pbkdf2)
const escapeName = (name: string) => name.replaceAll('=', '=3D').replaceAll(',', '=2C')

/** RFC 4616 or RFC 5802. Rejects with `auth_failed`; the exchange itself throws when the broker refuses. */
export async function authenticate(sasl: Sasl, exchange: Exchange): Promise<void> {
  if (sasl.mechanism === 'plain') {
    await exchange(Buffer.from(`\0${sasl.username}\0${sasl.password}`, 'utf8'))
    return
  }
  const digest = sasl.mechanism === 'scram-sha-256' ? 'sha256' : 'sha512'
  const nonce = randomBytes(24).toString('base64')
  const first = `n=${escapeName(sasl.username)},r=${nonce}`
  const answer = (await exchange(Buffer.from(`n,,${first}`, 'utf8'))).toString('utf8')
  const fields = readFields(answer)
  const iterations = Number(fields.get('i'))
  const combined = fields.get('r') ?? ''
  if (!combined.startsWith(nonce) || !(iterations >= 4096 && iterations <= 1_000_000) || !fields.get('s'))
    throw new BrokerError('auth_failed', 'The broker sent an invalid SCRAM challenge')
  const size = digest === 'sha256' ? 32 : 64
  const salt = Buffer.from(fields.get('s') ?? '', 'base64')
  const salted = await derive(sasl.password.normalize('NFKC'), salt, iterations, size, digest)
  const sign = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest()
  const clientKey = sign(salted, 'Client Key')
  const storedKey = createHash(digest).update(clientKey).digest()
  const bare = `c=biws,r=${combined}`
  const signed = `${first},${answer},${bare}`
  const signature = sign(storedKey, signed)
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)))
  const last = await exchange(Buffer.from(`${bare},p=${proof.toString('base64')}`, 'utf8'))
  const expected = sign(sign(salted, 'Server Key'), signed)
  const given = Buffer.from(readFields(last.toString('utf8')).get('v') ?? '', 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new BrokerError('auth_failed', 'The broker could not prove that it knows this password')
}

function readFields(text: string): Map<string, string> {
  return new Map(text.split(',').map((field) => [field.slice(0, 1), field.slice(2)] as const))
}

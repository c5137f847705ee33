import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { requireProgram, runProgram } from '../../../scripts/brokers/run.ts'

/** A port that speaks TLS, with the plain port of a real server behind it. */
export interface TlsDoor {
  readonly port: number
  /** Its self-signed certificate: who trusts this file trusts the door. */
  readonly caFile: string
  close(): Promise<void>
}

/** @param startDate when the certificate begins (as keytool writes it), for 30 days: in the past, it has expired */
export async function openTlsDoor(behind: number, startDate = '-1d'): Promise<TlsDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-door-'))
  const [store, caFile] = [join(folder, 'door.p12'), join(folder, 'ca.pem')]
  const passphrase = 'changeit'
  const access = ['-alias', 'door', '-keystore', store, '-storepass', passphrase]
  const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-storetype', 'PKCS12']
  const names = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1']
  const keytool = requireProgram('keytool')
  const validity = ['-startdate', startDate, '-validity', '30']
  await runProgram(keytool, ['-genkeypair', ...access, ...key, ...names, ...validity])
  await runProgram(keytool, ['-exportcert', '-rfc', ...access, '-file', caFile])
  const open = new Set<Socket>()
  const server: Server = createServer({ pfx: readFileSync(store), passphrase }, (guest) => {
    const host = connect(behind, '127.0.0.1')
    guest.pipe(host).pipe(guest)
    for (const one of [guest, host]) {
      open.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        open.delete(one)
        guest.destroy()
        host.destroy()
      })
    }
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    caFile,
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { requireProgram } from '../../../../scripts/brokers/run.ts'

export interface Certificate {
  readonly certFile: string
  readonly keyFile: string
}

/** An authority of the test's own, and what it signs, as PEM files in `folder`. */
export class Authority {
  readonly #folder: string
  readonly #own: Certificate

  constructor(folder: string, name: string) {
    this.#folder = folder
    this.#own = this.#make(name, ['-addext', 'basicConstraints=critical,CA:TRUE'])
  }

  get caFile(): string {
    return this.#own.certFile
  }

  /** @param altNames as OpenSSL writes them: `DNS:localhost,IP:127.0.0.1`; of a client none */
  sign(name: string, altNames?: string): Certificate {
    const { certFile, keyFile } = this.#own
    const names = altNames === undefined ? [] : ['-addext', `subjectAltName=${altNames}`]
    const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE']
    return this.#make(name, ['-CA', certFile, '-CAkey', keyFile, ...leaf, ...names])
  }

  #make(name: string, more: readonly string[]): Certificate {
    const [certFile, keyFile] = [join(this.#folder, `${name}.pem`), join(this.#folder, `${name}.key`)]
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    const where = ['-subj', `/CN=${name}`, '-days', '2', '-keyout', keyFile, '-out', certFile]
    execFileSync(requireProgram('openssl'), ['req', '-x509', ...curve, ...where, ...more], { stdio: 'pipe' })
    return { certFile, keyFile }
  }
}

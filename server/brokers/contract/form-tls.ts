import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { FormField, FormValues } from '../../../lib/schemas/broker-form.ts'
import { BrokerError } from './errors.ts'
import { FormError, field, onlyDefined, textIn } from './form.ts'

/** TLS as it stands in the options of every kind. */
export type TlsOption =
  | boolean
  | {
      readonly caFile?: string | undefined
      readonly certFile?: string | undefined
      readonly keyFile?: string | undefined
    }

const whenOn = { field: 'tls', is: ['true'] }

/** The same four fields for every kind. */
export const tlsFields: readonly FormField[] = [
  field({ name: 'tls', label: 'Use TLS', control: 'toggle', target: true }),
  field({
    name: 'caFile',
    label: 'Certificate authority',
    control: 'file',
    placeholder: '/etc/ssl/broker-ca.pem',
    help: 'A PEM file on the machine Signalbox runs on. Leave out when a public authority signed the certificate.',
    target: true,
    when: whenOn,
  }),
  field({
    name: 'certFile',
    label: 'Client certificate',
    control: 'file',
    help: 'A PEM file there, where the broker asks clients for one.',
    advanced: true,
    when: whenOn,
  }),
  field({
    name: 'keyFile',
    label: 'Key of the client certificate',
    control: 'file',
    help: 'A PEM file there, without a passphrase.',
    advanced: true,
    when: whenOn,
  }),
]

export function isTlsOn(values: FormValues): boolean {
  return values.tls === true
}

/** The files that were named; undefined when none was. */
export function tlsFilesOf(values: FormValues): Record<string, unknown> | undefined {
  const [cert, key] = [textIn(values, 'certFile'), textIn(values, 'keyFile')]
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? 'certFile' : 'keyFile'
    throw new FormError([{ field: missing, message: 'a certificate and its key belong together' }])
  }
  const files = onlyDefined({ caFile: textIn(values, 'caFile'), certFile: cert, keyFile: key })
  return Object.keys(files).length === 0 ? undefined : files
}

export function tlsValuesOf(tls: TlsOption | undefined, isOn: boolean): FormValues {
  return { tls: isOn, ...(typeof tls === 'object' ? (onlyDefined({ ...tls }) as FormValues) : {}) }
}

/** Reads the named files now. Throws `bad_request`, with the file and the reason. */
export function readTlsFiles(tls: TlsOption | undefined): ConnectionOptions {
  if (typeof tls !== 'object') return {}
  const read = (file: string) => {
    try {
      return readFileSync(file)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
      throw new BrokerError('bad_request', `Cannot read ${file} (${code})`)
    }
  }
  return {
    ...(tls.caFile === undefined ? {} : { ca: read(tls.caFile) }),
    ...(tls.certFile === undefined ? {} : { cert: read(tls.certFile) }),
    ...(tls.keyFile === undefined ? {} : { key: read(tls.keyFile) }),
  }
}

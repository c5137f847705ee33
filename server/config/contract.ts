import type { BrokerKind, Environment, Mode } from '../../lib/schemas/broker.ts'
import type { Secret } from './secret.ts'

export interface ServerConfig {
  readonly host: string
  readonly port: number
  /** Whether the port was asked for: then a taken one is an error, else the next free one is used. */
  readonly portIsDefault: boolean
  /** Public address without a trailing slash; null when none is configured. */
  readonly url: string | null
  /** Absolute path. */
  readonly dataDir: string
  /** The most bytes the history may take on disk. */
  readonly historyLimit: number
  readonly token: Secret<string> | null
}

export interface BrokerConfig {
  readonly id: string
  readonly kind: BrokerKind
  readonly label: string
  readonly environment: Environment
  readonly mode: Mode
  /** Checked by the driver's own schema; holds passwords, so it shows itself to nobody. */
  readonly options: Secret<unknown>
}

export interface Config {
  /** The file that was read, absolute; null when there is none. */
  readonly file: string | null
  readonly server: ServerConfig
  readonly discover: boolean
  readonly sandbox: boolean
  readonly brokers: readonly BrokerConfig[]
  /** Every secret value in it, as written and percent-encoded, to be struck out of logs and answers. */
  readonly secrets: Secret<readonly string[]>
}

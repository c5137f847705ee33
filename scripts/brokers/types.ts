/** The kinds of server that can be started natively for development and tests. */
export const brokerKinds = ['rabbitmq', 'kafka', 'redis', 'redis-cluster'] as const

export type BrokerKind = (typeof brokerKinds)[number]

/** A process we started. The start time makes a reused pid distinguishable from ours. */
export interface OwnedProcess {
  pid: number
  /** Clock ticks since boot, field 22 of /proc/<pid>/stat. */
  startTicks: string
  role: string
}

type InstanceState = 'starting' | 'running' | 'paused' | 'stopped'

/** What `.brokers/<instance>/instance.json` holds. */
export interface BrokerInstance {
  kind: BrokerKind
  name: string
  /** Absolute folder with configuration, data, logs and this record. */
  dir: string
  /** Random token, in the environment of every process of this instance. */
  token: string
  /** Pids mean nothing after a reboot: this tells. */
  bootId: string
  state: InstanceState
  /** As the server itself reported it; empty until it was ready once. */
  version: string
  ports: Record<string, number>
  urls: Record<string, string>
  /** Development logins and files (PEM, environment), by name. Loopback only. */
  access: Record<string, string>
  processes: OwnedProcess[]
  options: BrokerOptions
  /** Milliseconds from spawn to ready of the latest start. */
  readyMs: number
}

export interface BrokerOptions {
  /** Redis: password of the default user. */
  password?: string
  /** Kafka: 2 adds a broker-only node, so that a partition can lose its leader. */
  members?: 1 | 2
  /** RabbitMQ: lines of rabbitmq.conf behind our own. */
  config?: readonly string[]
}

export interface StartOptions {
  /** Instance name; the folder is `<kind>-<name>` unless `dir` is given. */
  name?: string
  dir?: string
  options?: BrokerOptions
  /** Milliseconds until a start that is not ready fails. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** How one kind of server is configured, launched and asked whether it is ready. */
export interface Recipe {
  kind: BrokerKind
  portNames: readonly string[]
  describe(instance: BrokerInstance): Pick<BrokerInstance, 'urls' | 'access'>
  /** Writes the configuration; keeps data of an earlier start. */
  prepare(instance: BrokerInstance, signal: AbortSignal): Promise<void>
  launch(instance: BrokerInstance): OwnedProcess[]
  /** One attempt; resolves to the version the server reports, or to null when not ready yet. */
  probe(instance: BrokerInstance, signal: AbortSignal): Promise<string | null>
  /** Roles (or command names) of the processes that a clean stop signals first. */
  servers: RegExp
  /** Milliseconds a clean stop may take before it is forced. */
  stopMs: number
}

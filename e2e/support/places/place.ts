import type { BrokerInstance } from '../../../scripts/brokers/index.ts'

/** A message as the plain client writes it. */
export interface Given {
  readonly body: string | Buffer
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly partition?: number
}

/** One kind of destination on a real broker, made, filled and read by the plain client alone. */
export interface Place {
  readonly label: string
  /** Its entry in signalbox.yaml; `id` is the kind of broker. */
  readonly broker: { readonly id: string; readonly kind: string } & Record<string, unknown>
  readonly type: 'queue' | 'stream' | 'topic'
  readonly variant?: string
  /** Keeps what was read: newest, times and positions to begin from, ids that never change. */
  readonly isLog: boolean
  readonly partitions: number
  /** Single messages can be taken out of it. */
  readonly removes: boolean
  create(name: string): Promise<void>
  put(name: string, messages: readonly Given[]): Promise<void>
  /** Oldest first, partition after partition. */
  bodies(name: string): Promise<readonly string[]>
  remove(name: string): Promise<void>
  close(): Promise<void>
}

export type OpenPlace = (instance: BrokerInstance) => Promise<Place>

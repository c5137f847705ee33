/** Where one contestant moves messages: filled source, empty target. */
export interface Field {
  readonly source: string
  readonly target: string
}

/** A tool of the broker's own world that does the same move. */
export interface Peer {
  readonly id: string
  readonly label: string
  /** Milliseconds from its start until the last message lies in the target. */
  run(field: Field, count: number): Promise<number>
}

/** A real broker with everything a contest on it takes. */
export interface Arena {
  readonly kind: 'rabbitmq' | 'redis' | 'kafka'
  readonly label: string
  /** Its entry in signalbox.yaml. */
  readonly broker: { readonly id: string } & Record<string, unknown>
  readonly peers: readonly Peer[]
  prepare(count: number): Promise<Field>
  /** Throws unless every message lies in the target, and none in the source where a replay takes it out. */
  check(field: Field, count: number): Promise<void>
  close(): Promise<void>
}

const bodyBytes = 1024

/** 1 KB of JSON, different for every message, without a line break or a bar (kcat divides by those). */
export function bodyOf(index: number): string {
  const head = `{"order":${index},"customer":"c-${index % 997}","note":"`
  const fill = (index * 2654435761).toString(36)
  return `${head}${fill.repeat(Math.ceil(bodyBytes / fill.length)).slice(0, bodyBytes - head.length - 2)}"}`
}

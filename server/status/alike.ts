/** The id of all troubles of one kind and state at one broker, when they are one row. */
export function alikeId(broker: string, kind: string, state: string): string {
  return `all.${kind}.${state}.${broker}`
}

/** Null: it is the id of one trouble. */
export function readAlikeId(id: string): { broker: string; kind: string; state: string } | null {
  const [, kind, state, broker] = /^all\.([a-z]+)\.([a-z-]+)\.(.+)$/.exec(id) ?? []
  return kind && state && broker ? { broker, kind, state } : null
}

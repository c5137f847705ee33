/** Where things live in the interface. Ids are opaque and only ever encoded, never built. */
type Params = Record<string, string | number | null | undefined>

function withParams(path: string, params?: Params): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params ?? {}))
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value))
  const text = query.toString()
  return text ? `${path}?${text}` : path
}

export function brokerPath(broker: string, params?: Params): string {
  return withParams(`/brokers/${encodeURIComponent(broker)}`, params)
}

export function addBrokerPath(params?: Params): string {
  return withParams('/brokers/new', params)
}

export function editBrokerPath(broker: string): string {
  return `${brokerPath(broker)}/edit`
}

export function destinationPath(broker: string, destination: string, params?: Params): string {
  return withParams(`${brokerPath(broker)}/destinations/${encodeURIComponent(destination)}`, params)
}

export function groupPath(broker: string, group: string, params?: Params): string {
  return withParams(`${brokerPath(broker)}/groups/${encodeURIComponent(group)}`, params)
}

export function replayPath(replay: string, params?: Params): string {
  return withParams(`/replays/${encodeURIComponent(replay)}`, params)
}

export function deadLettersPath(params?: Params): string {
  return withParams('/dead-letters', params)
}

export function comparePath(params?: Params): string {
  return withParams('/compare', params)
}

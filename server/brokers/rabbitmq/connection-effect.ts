/** What a connection holds of the broker. */
export interface Held {
  /** Null: not known. */
  readonly unacked: number | null
  readonly consumers: number
  /** What its consumers read from. */
  readonly queues: readonly { readonly name: string; readonly isStream: boolean }[]
}

/** "Its 40 unacknowledged messages go back to payments (redelivered) and its 2 consumers end; …": facts, before the click. */
export function sayCloseEffect({ unacked, consumers, queues }: Held): string {
  const places = queues.filter(({ isStream }) => !isStream)
  const onlyStreams = queues.length > 0 && places.length === 0
  const parts = [sayUnacked(unacked, places, onlyStreams), sayConsumers(consumers)].filter(
    (part) => part !== null,
  )
  const said = parts.length === 0 ? 'It holds no messages and consumes nothing' : parts.join(' and ')
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}; a client that reconnects by itself will be back. Queues exclusive to it are deleted.`
}

function sayUnacked(unacked: number | null, places: Held['queues'], onlyStreams: boolean): string | null {
  if (onlyStreams) return 'A stream takes nothing back: its readers go on where they last stood'
  const [only] = places
  const where = only && places.length === 1 ? only.name : 'their queues'
  if (unacked === null) return `What it holds unacknowledged goes back to ${where} (redelivered)`
  if (unacked === 0) return null
  if (unacked === 1)
    return `Its 1 unacknowledged message goes back to ${only && places.length === 1 ? only.name : 'its queue'} (redelivered)`
  return `Its ${unacked} unacknowledged messages go back to ${where} (redelivered)`
}

function sayConsumers(consumers: number): string | null {
  if (consumers === 0) return null
  return consumers === 1 ? 'its consumer ends' : `its ${consumers} consumers end`
}

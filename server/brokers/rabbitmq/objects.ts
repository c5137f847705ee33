import { BrokerError, type Call } from '../contract/index.ts'
import { type Json, type Management, seg, textAt } from './management.ts'

type Kind = 'queues' | 'exchanges'

/** The broker resolves `.` and `..` in a path even when they are escaped: such names are found by listing. */
const isDots = (name: string) => name === '.' || name === '..'

/** One queue or exchange as the management API has it now. */
export async function readObject(
  management: Management,
  kind: Kind,
  vhost: string,
  name: string,
  call: Call,
): Promise<Json> {
  if (!isDots(name)) return management.getObject(pathOf(kind, vhost, name), call)
  const pattern = encodeURIComponent(`^${name.replaceAll('.', '\\.')}$`)
  const query = `page=1&page_size=10&use_regex=true&name=${pattern}`
  const items = await management.getList(`/${kind}/${seg(vhost)}?${query}`, call)
  const found = items.find((item) => item.name === name)
  if (found) return found
  throw new BrokerError('not_found', `No ${kind === 'queues' ? 'queue' : 'exchange'} ${name}`)
}

/** Bindings into a queue, or out of and into an exchange. */
export async function readBindingsOf(
  management: Management,
  kind: Kind,
  vhost: string,
  name: string,
  call: Call,
): Promise<Json[]> {
  // Everything is bound to the default exchange; nobody wants to read that.
  if (kind === 'exchanges' && name === '') return []
  if (isDots(name)) {
    const all = await management.getList(`/bindings/${seg(vhost)}`, call)
    return all.filter((binding) => {
      const isTo = textAt(binding, 'destination') === name
      const toQueue = textAt(binding, 'destination_type') === 'queue'
      return kind === 'queues' ? isTo && toQueue : (isTo && !toQueue) || textAt(binding, 'source') === name
    })
  }
  const path = pathOf(kind, vhost, name)
  if (kind === 'queues') return management.getList(`${path}/bindings`, call)
  const both = ['source', 'destination'].map((end) => management.getList(`${path}/bindings/${end}`, call))
  return (await Promise.all(both)).flat()
}

function pathOf(kind: Kind, vhost: string, name: string): string {
  // The default exchange has an empty name, which no path can hold.
  return `/${kind}/${seg(vhost)}/${kind === 'exchanges' && name === '' ? 'amq.default' : seg(name)}`
}

import { BrokerError, type GroupsFacet } from '../../contract/index.ts'
import { type Gate, sourceOf } from './gate.ts'
import { sampleGroup } from './readings.ts'
import { parseLogId } from './views.ts'

export function groupsOf(gate: Gate): GroupsFacet {
  const { broker } = gate
  const find = (name: string) => {
    const group = broker.groups.get(name)
    if (!group) throw new BrokerError('not_found', `There is no group called ${name}`)
    return group
  }
  return {
    describe: (key, call) => gate.run(call, () => sampleGroup(find(key), broker.now())),
    acknowledge: (ref, name, ids, call) =>
      gate.touch(call, () => {
        const { log } = sourceOf(broker, ref)
        const group = find(name)
        if (group.log !== log) throw new BrokerError('not_found', `${name} does not read ${ref.name}`)
        return ids.filter((id) => {
          const at = parseLogId(id)
          return at !== null && group.acknowledge(at.partition, at.offset)
        }).length
      }),
  }
}

import type { DeadLetterInfo, Evidence } from '../../lib/schemas/destination.ts'
import {
  type DeadLetterEdge,
  type DestinationInfo,
  type DestinationRef,
  encodeRef,
} from '../brokers/contract/index.ts'
import type { DetectDeadLetters, HeaderSighting } from './contract.ts'
import { guessByName, type NameGuess, originNamesOf } from './names.ts'
import { holdsMessages, Places } from './places.ts'

/** All that is known of one destination. */
interface Clues {
  readonly id: string
  readonly ref: DestinationRef
  /** Edges of role dead-letter that lead here: the broker or the configuration says so. */
  readonly into: readonly DeadLetterEdge[]
  /** The same, only because the names match. */
  readonly intoByName: readonly DeadLetterEdge[]
  /** Expired messages that come back here. */
  readonly back: readonly DeadLetterEdge[]
  /** Where its own rejects go. */
  readonly out: readonly DeadLetterEdge[]
  /** It only lets messages wait. */
  readonly waits: readonly DeadLetterEdge[]
  readonly sightings: readonly HeaderSighting[]
  readonly guess: NameGuess | null
}
type Origin = DeadLetterInfo['origins'][number]

/**
 * Which destinations hold dead letters, by destination id. What the broker or the configuration says counts
 * most, then failure headers seen in messages, then the name; the weaker never overrules the stronger. A queue
 * that lets messages wait and gives them back is a retry queue; one that only gets them back is neither.
 */
export const detectDeadLetters: DetectDeadLetters = (destinations, edges, sightings) => {
  const ids = new Map(destinations.map((info) => [info, encodeRef(info.ref)]))
  const places = new Places(destinations, ids)
  const into = groupBy(edges, (edge) => (edge.to ? encodeRef(edge.to) : null))
  const from = groupBy(edges, (edge) => encodeRef(edge.from))
  const seen = groupBy(sightings, (sighting) => encodeRef(sighting.ref))
  const existing = new Set(ids.values())
  const infoOf = (info: DestinationInfo): DeadLetterInfo => {
    const id = ids.get(info) ?? ''
    return judge(gather(info, id, into.get(id), from.get(id), seen.get(id)), places, existing)
  }
  return new Map(destinations.map((info) => [ids.get(info) ?? '', infoOf(info)]))
}

function gather(
  info: DestinationInfo,
  id: string,
  into: readonly DeadLetterEdge[] = [],
  from: readonly DeadLetterEdge[] = [],
  sightings: readonly HeaderSighting[] = [],
): Clues {
  const rejects = into.filter((edge) => edge.role === 'dead-letter' && encodeRef(edge.from) !== id)
  return {
    id,
    ref: info.ref,
    into: rejects.filter((edge) => edge.evidence.rule !== 'name'),
    intoByName: rejects.filter((edge) => edge.evidence.rule === 'name'),
    back: into.filter((edge) => edge.role === 'retry'),
    out: from.filter((edge) => edge.role === 'dead-letter' && edge.evidence.rule !== 'name'),
    waits: from.filter((edge) => edge.role === 'retry'),
    sightings,
    guess: info.internal ? null : guessByName(info.ref.name),
  }
}

function judge(clues: Clues, places: Places, existing: ReadonlySet<string>): DeadLetterInfo {
  const { into, waits, out, ref } = clues
  const target = targetOf([...out, ...waits], existing)
  const no = (evidence: Evidence[], role?: 'retry'): DeadLetterInfo => ({
    isDeadLetter: false,
    ...(role ? { role } : {}),
    evidence,
    ...target,
    origins: role ? originsOf(clues, places, existing) : [],
  })
  if (!holdsMessages(ref.type)) return no(dropsOf(out))
  if (waits.length > 0) return no(evidenceOf([...waits, ...into]), 'retry')
  const origins = originsOf(clues, places, existing)
  const yes = (evidence: Evidence[]): DeadLetterInfo => ({
    isDeadLetter: true,
    role: clues.guess?.role === 'parking' ? 'parking' : 'dead-letter',
    evidence,
    ...target,
    origins,
  })
  const [byHeaders, byName] = [headerEvidence(clues), nameEvidence(clues, origins)]
  if (into.length > 0) return yes([...evidenceOf(into), ...byHeaders, ...byName])
  const refusal = whyNot(clues)
  if (refusal) return no(byHeaders.length + byName.length > 0 ? [refusal, ...dropsOf(out)] : dropsOf(out))
  if (byHeaders.length > 0 && clues.guess?.role !== 'retry') return yes([...byHeaders, ...byName])
  if (byName.length === 0) return no([])
  return clues.guess?.role === 'retry' ? no(byName, 'retry') : yes(byName)
}

/** What the topology says against a name or headers: a working queue's own messages carry old failure headers too. */
function whyNot({ out, back, ref }: Clues): Evidence | null {
  const [reject] = out
  if (reject) {
    const where = reject.to ? `go to ${reject.to.name}` : 'are dropped'
    const detail = `Not a dead-letter destination: nothing sends rejects to ${ref.name}, and its own ${where}`
    return { rule: reject.evidence.rule, detail }
  }
  const [returned] = back
  if (!returned) return null
  const detail = `Not a dead-letter destination: ${ref.name} only gets back what waited in ${returned.from.name}`
  return { rule: returned.evidence.rule, detail }
}

function headerEvidence({ sightings, ref }: Clues): Evidence[] {
  return sightings
    .filter(({ origins }) => origins.length === 0 || origins.some((origin) => origin.name !== ref.name))
    .map(({ reader, origins }) => {
      const first = origins.find((origin) => origin.name !== ref.name)
      const said = first ? `, ${first.header} names ${first.name}` : ''
      return {
        rule: 'headers',
        detail: `Messages here carry failure headers as ${reader} writes them${said}`,
      }
    })
}

/** A vague word such as `errors` counts only beside the destination it is derived from. */
function nameEvidence({ guess, intoByName, ref }: Clues, origins: readonly Origin[]): Evidence[] {
  const given = evidenceOf(intoByName)
  if (given.length > 0) return given
  const origin = guess && origins.find(({ name }) => originNamesOf(guess).includes(name))
  if (!guess || (!guess.isClear && !origin)) return []
  const beside = origin ? `, beside ${origin.name}` : ''
  return [{ rule: 'name', detail: `The name ${ref.name} ends or begins like one: ${guess.word}${beside}` }]
}

/** By trust: what leads here, what headers name, what the name is derived from; each once. */
function originsOf(clues: Clues, places: Places, existing: ReadonlySet<string>): Origin[] {
  const { ref, into, intoByName, sightings, guess } = clues
  const found = new Map<string, Origin>()
  const add = (origin: Origin) => {
    const key = origin.id ?? JSON.stringify([origin.namespace, origin.name])
    if (!found.has(key) && origin.id !== clues.id) found.set(key, origin)
  }
  for (const edge of [...into, ...intoByName]) add(placeOf(edge.from, edge.via, existing))
  for (const { name, header } of sightings.flatMap((sighting) => sighting.origins)) {
    if (name === ref.name) continue
    const known = places.find(name, ref.namespace, ref.type)
    const via = `header ${header}`
    add(known ? { ...placeOf(known.ref, via, existing), id: known.id } : { name, via })
  }
  if (found.size > 0 || !guess) return [...found.values()]
  for (const name of originNamesOf(guess)) {
    const known = places.find(name, ref.namespace, ref.type)
    if (!known) continue
    add({ ...placeOf(known.ref, 'its name', existing), id: known.id })
    break
  }
  return [...found.values()]
}

function placeOf(ref: DestinationRef, via: string, existing: ReadonlySet<string>): Origin {
  const id = encodeRef(ref)
  return {
    ...(existing.has(id) ? { id } : {}),
    name: ref.name,
    ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
    via,
  }
}

function targetOf(
  edges: readonly DeadLetterEdge[],
  existing: ReadonlySet<string>,
): Pick<DeadLetterInfo, 'target'> {
  const edge = edges.find((one) => one.to)
  return edge?.to ? { target: placeOf(edge.to, edge.via, existing) } : {}
}

/** Rejects that are lost are worth a word on every page. */
function dropsOf(out: readonly DeadLetterEdge[]): Evidence[] {
  return evidenceOf(out.filter((edge) => edge.to === null))
}

const trust: Readonly<Record<Evidence['rule'], number>> = {
  topology: 0,
  configured: 1,
  headers: 2,
  usage: 3,
  name: 4,
}

function evidenceOf(edges: readonly DeadLetterEdge[]): Evidence[] {
  const unique = new Map(edges.map(({ evidence }) => [`${evidence.rule} ${evidence.detail}`, evidence]))
  return [...unique.values()].toSorted((a, b) => trust[a.rule] - trust[b.rule])
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

// Writes "What each broker supports" into the README, from what the drivers themselves answer: npm run support-table.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onlyMarks } from '../lib/domain/ability-words.ts'
import type { Abilities, Ability, Effect, Facet } from '../lib/schemas/ability.ts'
import type { Support } from '../server/brokers/contract/index.ts'
import { drivers } from '../server/brokers/registry.ts'

export const readmePath = join(import.meta.dirname, '../README.md')
const begin = '<!-- support: begin, written by npm run support-table -->'
const end = '<!-- support: end -->'

/** Every facet has its words, and the compiler asks for those of a new one. Null: no column of its own. */
const headings: Record<Facet, string | null> = {
  browse: 'look',
  tail: 'follow',
  publish: 'publish',
  claim: 'replay from',
  requeue: 'requeue by the broker',
  purge: 'purge, with a backup',
  manage: 'create for parking',
  groups: 'groups and lag',
  offsets: 'move a position',
  connections: 'who is connected',
  // Of a whole broker, not of a sort of destination.
  nodes: null,
  members: 'remove a member',
  pending: 'hand over pending',
  deadLetters: 'where rejects go',
  topology: 'topology map',
  doctor: 'checks',
  sandbox: null,
}

/** Done with what a claim holds, so no facet of its own: a log gives nothing away. */
const takeOut = 'delete, park'

const effectWords: Record<Effect['code'], string> = {
  none: 'leaves no trace',
  'sets-redelivered': 'sets redelivered',
  'counts-delivery': 'counts',
  hides: 'hides for a moment',
  'moves-to-tail': 'may reorder',
  'may-expire': 'may expire',
}

interface Row {
  readonly product: string
  readonly support: Support
}

type Note = (text: string) => string

const isOffered = (ability: Ability | undefined): ability is Ability =>
  ability !== undefined && ability.level !== 'none'

/** "yes", "in part" with its reason below, "–"; what a setting takes away also stands below. */
function cellOf(facet: Facet, support: Support, note: Note): string {
  const ability = support.abilities[facet]
  if (!isOffered(ability)) return '–'
  const marks = onlyMarks(ability) ? ', marked' : ''
  const word = ability.level === 'full' ? `yes${marks}` : `in part${note(ability.reason ?? 'In part')}`
  const exceptions = (support.refusals ?? []).flatMap((abilities) => {
    const other = abilities[facet]
    return other?.level === 'none' ? [note(`Not where ${lowerFirst(other.reason ?? 'it is refused')}`)] : []
  })
  return word + exceptions.join('')
}

function takeOutOf(abilities: Abilities): string {
  return isOffered(abilities.claim) && !onlyMarks(abilities.claim) ? 'yes' : '–'
}

function effectsOf(abilities: Abilities): string {
  if (!isOffered(abilities.browse)) return '–'
  const effects = abilities.browse.effects ?? []
  return effects.length === 0 ? 'not said' : effects.map(({ code }) => effectWords[code]).join(', ')
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** A reason said twice is one note. */
function createNotes(): { note: Note; lines(): string[] } {
  const texts: string[] = []
  return {
    note(text) {
      if (!texts.includes(text)) texts.push(text)
      return ` <sup>${texts.indexOf(text) + 1}</sup>`
    },
    lines: () => texts.map((text, at) => `${at + 1}. ${text}.`),
  }
}

export async function supportTable(): Promise<string> {
  const rows: Row[] = []
  for (const driver of Object.values(drivers))
    for (const support of await driver.support()) rows.push({ product: driver.label, support })
  const known = (Object.keys(headings) as Facet[]).filter((facet) => headings[facet] !== null)
  const offered = known.filter((facet) => rows.some(({ support }) => isOffered(support.abilities[facet])))
  const nowhere = known.filter((facet) => !offered.includes(facet))
  const { note, lines } = createNotes()
  const columns: { heading: string; cell: (row: Row) => string }[] = offered.flatMap((facet) => {
    const own = {
      heading: headings[facet] ?? facet,
      cell: ({ support }: Row) => cellOf(facet, support, note),
    }
    if (facet === 'browse')
      return [own, { heading: 'what a look does', cell: ({ support }: Row) => effectsOf(support.abilities) }]
    if (facet === 'claim')
      return [own, { heading: takeOut, cell: ({ support }: Row) => takeOutOf(support.abilities) }]
    return [own]
  })
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const body = rows.map((row) =>
    line([`${row.product} ${row.support.sort}`, ...columns.map(({ cell }) => cell(row))]),
  )
  return [
    line(['', ...columns.map(({ heading }) => heading)]),
    line(['---', ...columns.map(() => '---')]),
    ...body,
    '',
    ...lines(),
    '',
    `On no kind yet: ${nowhere.map((facet) => headings[facet]).join(', ')}.`,
  ].join('\n')
}

/** @returns the README with the table as it has to be; throws when the markers are not there */
export async function withTable(readme: string): Promise<string> {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`README.md lacks the lines "${begin}" and "${end}"`)
  return `${readme.slice(0, from + begin.length)}\n${await supportTable()}\n${readme.slice(to)}`
}

if (import.meta.main) {
  writeFileSync(readmePath, await withTable(readFileSync(readmePath, 'utf8')))
  console.log('README.md: the table is as the drivers say')
}

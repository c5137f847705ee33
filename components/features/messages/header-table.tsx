import { visibleLines, visibleText } from '@/lib/format/name'
import type { Header } from '@/lib/schemas/header'
import { headerText } from './payload-text.ts'

/** Headers in the broker's order, duplicates kept, each with its type. */
export function HeaderTable({
  headers,
  marked,
}: {
  headers: readonly Header[]
  marked: ReadonlySet<string>
}) {
  if (headers.length === 0) return <p className="py-6 text-center text-ink-3">No headers</p>
  return (
    <table aria-label="Headers" className="w-full table-fixed">
      <thead className="sr-only">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {numbered(headers).map(({ header, key }) => (
          <tr key={key} className="border-b align-top last:border-b-0">
            <td className="w-[42%] break-all py-1.5 pr-3 font-mono text-[12px]">
              {visibleText(header.name)}
              <span className="ml-1.5 text-[10.5px] text-ink-3">{header.type}</span>
              {marked.has(header.name) ? <span className="sr-only"> (evidence of the failure)</span> : null}
            </td>
            <td
              className={`whitespace-pre-wrap break-all py-1.5 font-mono text-[12px] ${marked.has(header.name) ? 'text-crit-ink' : 'text-ink-2'}`}
            >
              {visibleLines(headerText(header))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function PropertyTable({ properties }: { properties: Readonly<Record<string, unknown>> }) {
  const entries = Object.entries(properties)
  if (entries.length === 0) return <p className="py-6 text-center text-ink-3">No properties</p>
  return (
    <table aria-label="Properties" className="w-full table-fixed">
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name} className="border-b align-top last:border-b-0">
            <th
              scope="row"
              className="w-[42%] break-all py-1.5 pr-3 text-left font-mono text-[12px] font-[450]"
            >
              {visibleText(name)}
            </th>
            <td className="whitespace-pre-wrap break-all py-1.5 font-mono text-[12px] text-ink-2">
              {visibleText(typeof value === 'string' ? value : JSON.stringify(value))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Duplicates are told apart by their turn. */
function numbered(headers: readonly Header[]): { header: Header; key: string }[] {
  const turns = new Map<string, number>()
  return headers.map((header) => {
    const turn = (turns.get(header.name) ?? 0) + 1
    turns.set(header.name, turn)
    return { header, key: `${turn} ${header.name}` }
  })
}

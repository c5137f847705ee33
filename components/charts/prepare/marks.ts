import type { Mark, Span } from '../model.ts'

/** Marks that lie too close to be told apart stand as one. */
export interface Cluster {
  /** Pixels from the left edge of the plot. */
  readonly x: number
  readonly marks: readonly Mark[]
  /** What is written beside it; null where there is no room. */
  readonly label: string | null
  /** On which side of the line. */
  readonly side: 'left' | 'right'
}

const leastGap = 14
const perLetter = 5.7
const padding = 12

/** The marks of a span, oldest first, those within 14 px as one, each with a label where it fits. */
export function clusterMarks(marks: readonly Mark[], span: Span, width: number): Cluster[] {
  const length = span.toMs - span.fromMs
  if (length <= 0 || width <= 0) return []
  const x = ({ atMs }: Mark) => ((atMs - span.fromMs) / length) * width
  const within = marks
    .filter(({ atMs }) => atMs >= span.fromMs && atMs <= span.toMs)
    .sort((a, b) => a.atMs - b.atMs)
  const groups: { x: number; marks: Mark[] }[] = []
  let lastX = Number.NEGATIVE_INFINITY
  for (const mark of within) {
    const group = groups.at(-1)
    if (group && x(mark) - lastX < leastGap) group.marks.push(mark)
    else groups.push({ x: x(mark), marks: [mark] })
    lastX = x(mark)
  }
  let taken = 0
  return groups.map((group, index) => {
    const words = labelOf(group.marks)
    const room = words.length * perLetter + padding
    const next = groups[index + 1]?.x ?? width
    const side = next - group.x >= room ? 'right' : group.x - taken >= room ? 'left' : null
    taken = side === 'right' ? group.x + room : group.x
    return { x: group.x, marks: group.marks, label: side ? words : null, side: side ?? 'right' }
  })
}

function labelOf(marks: readonly Mark[]): string {
  const labels = [...new Set(marks.map(({ label }) => label))]
  const [first = ''] = labels
  if (marks.length === 1) return first
  return labels.length === 1 ? `${marks.length} × ${first}` : `${marks.length} events`
}

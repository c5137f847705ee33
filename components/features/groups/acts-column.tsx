import type { Column } from '@/components/ui/data-table'

/** The last column: what can be done about a row. */
export function actsColumn<Row>(act: (row: Row) => React.ReactNode, width: string): Column<Row> {
  return {
    id: 'acts',
    header: <span className="sr-only">What can be done</span>,
    align: 'right',
    width,
    narrow: 'aside',
    cell: act,
  }
}

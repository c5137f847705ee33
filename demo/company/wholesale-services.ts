import type { Desk } from '../desk.ts'
import type { Step } from '../patterns/saga.ts'
import type { Order } from './order.ts'

/** Business said no; nobody is broken. */
export class CreditRefusedError extends Error {
  override readonly name = 'CreditRefusedError'
}
class FreightError extends Error {
  override readonly name = 'FreightError'
}

/** Cents one order may have on credit. */
const creditLimit = 15_000

/** Pallets by article that are promised, and what is owed: what the steps change and their undoing changes back. */
export interface Books {
  readonly reserved: Map<string, number>
  owed: number
}

/**
 * Stock, then credit, then freight. The one that fails most stands behind those that are cheap to take back; what
 * cannot be taken back (a lorry that left) would stand last.
 */
export function stepsOf(
  desk: Desk,
  books: Books,
  ship: (order: Order) => Promise<void>,
): readonly Step<Order>[] {
  const reserve = (order: Order, quantity: number) =>
    void books.reserved.set(order.sku, (books.reserved.get(order.sku) ?? 0) + quantity)
  return [
    {
      name: 'stock',
      run: async (order) => reserve(order, order.quantity),
      undo: async (order) => reserve(order, -order.quantity),
    },
    {
      name: 'credit',
      run: async (order) => {
        if (order.total > creditLimit)
          throw new CreditRefusedError(`${order.total / 100} EUR is over the limit`)
        books.owed += order.total
      },
      undo: async (order) => {
        books.owed -= order.total
      },
    },
    {
      name: 'freight',
      run: async (order) => {
        await desk.mishap(() => new FreightError('no lorry before Thursday'))
        await ship(order)
      },
    },
  ]
}

import type { Worker } from '../desk.ts'
import { analytics } from './analytics.ts'
import { forklifts } from './forklifts.ts'
import { freightDesk } from './freight-desk.ts'
import { invoices } from './invoices.ts'
import { journal } from './journal.ts'
import { labels } from './labels.ts'
import { loyalty } from './loyalty.ts'
import { mail } from './mail.ts'
import { orderBoard } from './order-board.ts'
import { payments } from './payments.ts'
import { quotes } from './quotes.ts'
import { reports } from './reports.ts'
import { shipping } from './shipping.ts'
import { stockKeeper } from './stock-keeper.ts'
import { storefront } from './storefront.ts'
import { suppliers } from './suppliers.ts'
import { tills } from './tills.ts'
import { visitors } from './visitors.ts'
import { wholesale } from './wholesale.ts'
import { wholesaleDesk } from './wholesale-desk.ts'

/** Everybody, in the order an order meets them. */
export const company: readonly Worker[] = [
  storefront,
  payments,
  shipping,
  mail,
  loyalty,
  tills,
  invoices,
  visitors,
  quotes,
  analytics,
  journal,
  wholesaleDesk,
  wholesale,
  stockKeeper,
  orderBoard,
  reports,
  freightDesk,
  labels,
  suppliers,
  forklifts,
]

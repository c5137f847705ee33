import type { Locator, Page } from '@playwright/test'
import { DestinationPage } from './destination-page.ts'

/** The inbox over all brokers. */
export class DeadLettersPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async goto(): Promise<void> {
    await this.page.goto('/')
    await this.page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('link', { name: /^Dead letters/ })
      .click()
    await this.page.waitForURL('**/dead-letters*')
  }

  row(name: string, broker?: string): Locator {
    const rows = this.page.getByRole('table', { name: 'Dead-letter queues' }).getByRole('row')
    const named = rows.filter({ has: this.page.getByRole('link', { name, exact: true }) })
    return broker ? named.filter({ hasText: broker }) : named
  }

  async open(name: string, broker?: string): Promise<DestinationPage> {
    await this.row(name, broker).getByRole('link', { name, exact: true }).click()
    const destination = new DestinationPage(this.page)
    await destination.heading(name).waitFor()
    return destination
  }
}

import type { Page } from '@playwright/test'
import { DestinationPage } from './destination-page.ts'

/** One broker's list of destinations. */
export class BrokerPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async goto(label: string): Promise<void> {
    await this.page.goto('/')
    await this.page.getByRole('navigation', { name: 'Brokers' }).getByRole('link', { name: label }).click()
    await this.page.getByRole('heading', { level: 1, name: label }).waitFor()
  }

  async open(name: string): Promise<DestinationPage> {
    await this.page.getByRole('combobox', { name: 'Filter destinations' }).fill(name)
    await this.page.getByRole('link', { name, exact: true }).click()
    const destination = new DestinationPage(this.page)
    await destination.heading(name).waitFor()
    return destination
  }
}

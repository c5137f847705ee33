import type { Locator, Page } from '@playwright/test'

/** The form a broker is added by; everything is found by its visible label. */
export class BrokerFormPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async goto(): Promise<void> {
    await this.page.goto('/')
    await this.page.getByRole('link', { name: 'Add a broker' }).first().click()
    await this.page.getByRole('heading', { level: 1, name: 'Add a broker' }).waitFor()
  }

  async choose(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click()
  }

  field(label: string): Locator {
    return this.page.getByRole('textbox', { name: label, exact: true })
  }

  password(): Locator {
    return this.page.getByLabel('Password', { exact: true })
  }

  async test(): Promise<void> {
    await this.page.getByRole('button', { name: 'Test', exact: true }).click()
  }

  /** The row of a step, below the heading of its address where there are several. */
  step(at: string, name: string): Locator {
    return this.page.getByRole('region', { name: at }).getByRole('listitem').filter({ hasText: name })
  }

  async save(label: string): Promise<void> {
    await this.page.getByRole('button', { name: label }).click()
  }
}

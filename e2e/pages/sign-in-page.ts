import { expect, type Page } from '@playwright/test'

/** The page a one-time link leads to; the link is spent by its button. */
export class SignInPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async open(link: string): Promise<void> {
    await this.page.goto(link)
    await expect(this.page.getByRole('heading', { name: 'Sign in to Signalbox' })).toBeVisible()
  }

  async press(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign in' }).click()
  }

  /** Signs in and waits for the overview, from whose address the token is gone. */
  async submit(): Promise<void> {
    await this.press()
    await this.page.waitForURL((url) => url.pathname === '/' && url.search === '')
  }
}

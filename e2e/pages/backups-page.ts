import { expect, type Page } from '@playwright/test'

/** What was taken out, and how to put it back. */
export class BackupsPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async goto(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Backups' }).click()
    await this.page.waitForURL('**/backups')
  }

  async restore(name: string, count: number): Promise<void> {
    await this.page.getByRole('button', { name: `Restore ${name}` }).click()
    const dialog = this.page.getByRole('dialog')
    await dialog.getByRole('button', { name: `Restore ${count} messages` }).click()
    await expect(dialog.getByRole('status')).toContainText(`${count} messages put back`)
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    await expect(dialog).toBeHidden()
  }
}

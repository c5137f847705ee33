import { expect, type Locator, type Page } from '@playwright/test'

/** One replay run. */
export class RunPage {
  readonly page: Page
  readonly sentence: Locator

  constructor(page: Page) {
    this.page = page
    this.sentence = page.getByTestId('run-sentence')
  }

  /** Waits until the run is done and says how many were delivered. */
  async expectDelivered(count: number, target: string): Promise<void> {
    await expect(this.page.getByRole('main').getByText('completed', { exact: true }).last()).toBeVisible({
      timeout: 30_000,
    })
    await expect(this.sentence).toContainText(`delivered to ${target}`)
    // What became of a delivered message is not known, so it is not said.
    await expect(this.sentence).not.toContainText(/consumed|succeeded|fixed/)
    await expect(this.page.getByRole('img', { name: `${count} in all: ${count} delivered` })).toBeVisible()
    await expect(this.page.getByRole('table', { name: 'Messages of the run' })).toBeVisible()
  }
}

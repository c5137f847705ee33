import { expect, type Locator, type Page } from '@playwright/test'
import { RunPage } from './run-page.ts'

/** One destination: its messages, the open one, the selection, publishing and purging. */
export class DestinationPage {
  readonly page: Page
  readonly messages: Locator
  readonly drawer: Locator
  readonly selection: Locator

  constructor(page: Page) {
    this.page = page
    this.messages = page.getByRole('table', { name: /^Messages of / })
    this.drawer = page.getByRole('complementary', { name: 'Message' })
    this.selection = page.getByRole('region', { name: 'Selection' })
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 1, name })
  }

  /** Accepts the cost of a look where the page asks for it first, and waits for the list. */
  async look(): Promise<void> {
    const peek = this.page.getByRole('button', { name: /^Peek \d+$/ })
    await expect(peek.or(this.messages)).toBeVisible()
    if (await peek.isVisible()) await peek.click()
    await expect(this.messages).toBeVisible()
  }

  row(text: string | RegExp): Locator {
    return this.messages.getByRole('row').filter({ hasText: text })
  }

  /** Message rows, without the head. */
  rows(): Locator {
    return this.messages.locator('tbody').getByRole('row')
  }

  async oldestFirst(): Promise<void> {
    await this.page.getByLabel('Where to start').selectOption('oldest')
    await expect(this.page).toHaveURL(/from=oldest/)
  }

  async open(text: string): Promise<void> {
    await this.row(text).getByRole('cell').nth(1).click()
    await expect(this.drawer).toBeVisible()
  }

  get cause(): Locator {
    return this.drawer.getByRole('region', { name: 'Why it failed' })
  }

  async closeMessage(): Promise<void> {
    await this.drawer.getByRole('button', { name: 'Close the message' }).click()
    await expect(this.drawer).toBeHidden()
  }

  async tick(...texts: readonly string[]): Promise<void> {
    for (const text of texts) await this.row(text).getByRole('checkbox').check()
    await expect(this.selection).toContainText(`${texts.length} selected`)
  }

  /** Replays the ticked messages to where they came from: sheet, dry run, the button that names count and target. */
  async replay(count: number, target: string): Promise<RunPage> {
    await this.selection.getByRole('button', { name: `Replay ${count} to ${target}` }).click()
    const sheet = this.page.getByRole('dialog', { name: /^Replay / })
    await sheet.getByRole('button', { name: 'Dry run' }).click()
    await expect(sheet.getByRole('status')).toContainText('nothing was sent')
    await sheet.getByRole('button', { name: `Replay ${count} to ${target}` }).click()
    await this.page.waitForURL(/\/replays\//)
    return new RunPage(this.page)
  }

  async publish(
    body: string,
    fields: { key?: string; header?: readonly [string, string] } = {},
  ): Promise<void> {
    const form = this.page.getByRole('form', { name: /^Publish to / })
    await this.page
      .getByRole('navigation', { name: /Parts of/ })
      .getByRole('link', { name: 'Publish' })
      .click()
    await form.getByRole('button', { name: 'Text' }).click()
    await form.getByLabel('Body', { exact: true }).fill(body)
    if (fields.key) await form.getByLabel('Key').fill(fields.key)
    await form.getByRole('button', { name: /^Publish 1 to / }).click()
    await expect(this.page.getByText('Confirmed by the broker', { exact: true })).toBeVisible()
  }

  /** Follows the link from where the message landed to the list that shows it. */
  async findPublished(): Promise<void> {
    await this.page.getByRole('link', { name: /^(Look at it there|Go to the messages)$/ }).click()
    await this.look()
  }

  async purge(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Purge' }).click()
    const dialog = this.page.getByRole('dialog', { name: /^Purge/ })
    const act = dialog.getByRole('button', { name: /^Purge / })
    await dialog.getByLabel(/^Type .* to confirm$/).fill(`${name}x`)
    await expect(act).toHaveAttribute('aria-disabled', 'true')
    await dialog.getByLabel(/^Type .* to confirm$/).fill(name)
    await act.click()
  }
}

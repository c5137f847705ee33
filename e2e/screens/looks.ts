import type { Page } from '@playwright/test'
import { expectAccessible, expectFit } from './checks.ts'

const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const
const looks = [
  { size: 'desktop', theme: 'light' },
  { size: 'desktop', theme: 'dark' },
  { size: 'phone', theme: 'dark' },
  { size: 'phone', theme: 'light' },
] as const

type Look = (typeof looks)[number]

export async function takeLook(page: Page, { size, theme }: Look): Promise<void> {
  await page.setViewportSize(sizes[size])
  await page.emulateMedia({ colorScheme: theme })
}

/**
 * Sees an open page four ways: it fits, and axe has nothing to say. Size and theme follow the window and the
 * system, as they do for a person, and a page opened anew each time would cost four times as much.
 */
export async function seeInEveryLook(
  page: Page,
  where: string,
  also: (look: Look, where: string) => Promise<void> = async () => undefined,
): Promise<void> {
  for (const look of looks) {
    const named = `${where}, ${look.size}, ${look.theme}`
    await takeLook(page, look)
    await expectFit(page, named)
    await expectAccessible(page, named)
    await also(look, named)
  }
}

export const firstLook: Look = looks[0]

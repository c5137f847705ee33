import { defineConfig } from '@playwright/test'

/**
 * Browser tests, in the Chromium of this machine, against consoles of their own on the real brokers. One
 * console is started for all specs; a spec that needs a first start or its own brokers starts another.
 */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '{specs,screens}/**/*.spec.ts',
  // The pictures need no broker but the sandbox, and start their own console.
  ...(process.env.SIGNALBOX_ONLY_SCREENS ? {} : { globalSetup: './e2e/fixtures/global-setup.ts' }),
  outputDir: 'test-results/browser',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  // A second try, which the report names as flaky, tells a busy machine from a wrong page.
  retries: 1,
  reporter: 'line',
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    colorScheme: 'light',
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.SIGNALBOX_TEST_CHROMIUM ?? '/usr/bin/chromium',
      // Chromium's own sandbox needs rights a container and root do not have.
      args: ['--no-sandbox'],
    },
  },
})

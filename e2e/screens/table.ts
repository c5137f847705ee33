import type { Screen } from './cell.ts'
import { brokerScreens } from './pages/broker.ts'
import { chartScreens } from './pages/charts.ts'
import { consoleScreens } from './pages/console.ts'
import { destinationScreens } from './pages/destination.ts'
import { recordScreens } from './pages/records.ts'
import { replayScreens } from './pages/replays.ts'
import { settingsScreens } from './pages/settings.ts'
import { listPages } from './routes.ts'

const pages = listPages()

/**
 * Every screen in every state. A new page under app/ adds its entry here or to one of these lists; a test walks
 * app/ and finds the page that has none.
 */
export const screens: readonly Screen[] = [
  ...consoleScreens,
  ...brokerScreens,
  ...destinationScreens,
  ...chartScreens,
  ...replayScreens,
  ...recordScreens,
  ...settingsScreens.filter(({ route }) => pages.includes(route)),
]

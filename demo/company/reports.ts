import type { Worker } from '../desk.ts'
import { readRecords } from '../world/kafka.ts'
import { topics } from '../world/topology-kafka.ts'

class ReportError extends Error {
  override readonly name = 'ReportError'
}

/**
 * The group that lags: it takes 150 ms for an event, so that three partitions at a time make 20 a second, and more
 * come. Its lag grows until retention deletes what it has not read. Heal it, and it is through in a minute.
 */
export const reports: Worker = {
  name: 'reports',
  about: 'The group monthly-reports: too slow for what comes, so it lags. Heal it and it catches up.',
  needs: ['kafka'],
  role: 'consumer',
  begins: 'slow',
  slowMs: 150,
  start: (desk) =>
    readRecords(desk.at('kafka'), {
      name: desk.name,
      group: 'monthly-reports',
      topics: [topics.events],
      async handle() {
        try {
          await desk.mishap(() => new ReportError('the spreadsheet has no more rows'))
        } catch (error) {
          desk.count('failed')
          throw error
        }
        desk.count('done')
      },
    }),
}

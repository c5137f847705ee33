import type { Worker } from '../desk.ts'
import { readRecords } from '../world/kafka.ts'
import { topics } from '../world/topology-kafka.ts'

class ReportError extends Error {
  override readonly name = 'ReportError'
}

/**
 * The group that lags: it takes 300 ms for an event, which makes 20 a second over six partitions, and more come. Its
 * lag grows until retention deletes what it has not read. Heal it, and it is through in a minute.
 */
export const reports: Worker = {
  name: 'reports',
  about: 'The group monthly-reports: too slow for what comes, so it lags. Heal it and it catches up.',
  needs: ['kafka'],
  role: 'consumer',
  begins: 'slow',
  slowMs: 300,
  start: (desk) =>
    readRecords(desk.at('kafka'), {
      name: desk.name,
      group: 'monthly-reports',
      topics: [topics.events],
      maxBytesPerPartition: 4 * 1024,
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

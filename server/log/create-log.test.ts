import { expect, it } from 'vitest'
import { createLog, createRedactor } from './create-log.ts'

it('strikes known secrets out of every line, in any form, and fields that are named like one', () => {
  const lines: string[] = []
  const log = createLog({ secrets: ['S3cr3t%40"#?', 'S3cr3t@"#?'], write: (line) => lines.push(line) })
  log.child({ broker: 'shop' }).warn('lost amqp://user:S3cr3t%40"#?@host', {
    error: 'said S3cr3t@"#?',
    nested: { password: 'anything' },
    url: `x?p=${encodeURIComponent('S3cr3t@"#?')}`,
  })
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toMatch(/S3cr3t|anything/)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'warn',
    broker: 'shop',
    msg: 'lost amqp://user:[redacted]@host',
    error: 'said [redacted]',
  })
})

it('strikes out what it learns to be secret later, beside what it knew', () => {
  const lines: string[] = []
  const redactor = createRedactor()
  const log = createLog({ secrets: ['known-before'], redactor, write: (line) => lines.push(line) })
  const child = log.child({ broker: 'shop' })
  redactor.add(['learnt-later'])
  child.info('known-before and learnt-later')
  expect(lines[0]).toContain('[redacted] and [redacted]')
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { drivers } from '../server/brokers/registry.ts'
import { readmePath, supportTable, withTable } from './support-table.ts'

describe('the table of what each broker supports', () => {
  it('stands in the README as the drivers answer (npm run support-table writes it)', async () => {
    const readme = readFileSync(readmePath, 'utf8')
    expect(await withTable(readme)).toBe(readme)
  })

  it('has a row for every sort of every kind', async () => {
    const table = await supportTable()
    for (const driver of Object.values(drivers)) {
      const sorts = await driver.support()
      expect(sorts.length, driver.kind).toBeGreaterThan(0)
      for (const { sort } of sorts) expect(table).toContain(`| ${driver.label} ${sort} |`)
    }
  })

  it('says what is missing or partial as the ability does', async () => {
    const table = await supportTable()
    const row = (name: string) => table.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? ''
    expect(row('Apache Kafka topic')).toContain('yes, marked')
    expect(row('RabbitMQ stream')).toContain('yes, marked')
    expect(row('RabbitMQ classic queue')).toContain('sets redelivered')
    expect(row('RabbitMQ exchange')).toMatch(/^\| RabbitMQ exchange \| – \| – \| – \| yes \|/)
    expect(table).toContain('Not where the broker deletes no records')
  })

  it('refuses a README without its place', async () => {
    await expect(withTable('nothing here')).rejects.toThrow('README.md lacks')
  })
})

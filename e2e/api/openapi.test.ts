import { afterAll, beforeAll, expect, test } from 'vitest'
import { calls } from './shapes/calls.ts'
import { type Bench, openBench } from './support.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench([])
})
afterAll(() => bench.close())

const anyNames = (path: string) => path.replace(/\{\w+\}/g, '{}')

test('openapi.json is 3.1 and describes every call of the documentation, with its good answer and its errors', () => {
  const { openapi, paths } = bench.api.served
  expect(openapi).toMatch(/^3\.1\./)
  const described = new Map(Object.entries(paths).map(([path, item]) => [anyNames(path), item]))
  for (const { method, path, status } of calls) {
    const operation = described.get(anyNames(`/api/v1${path}`))?.[method.toLowerCase()]
    expect(operation, `${method} ${path}`).toBeDefined()
    expect(Object.keys(operation?.responses ?? {})).toEqual([String(status), 'default'])
    expect(operation?.responses.default?.content['application/json']?.schema).toEqual({
      $ref: '#/components/schemas/Error',
    })
  }
})

test('every reference in it leads somewhere', () => {
  const { components } = bench.api.served
  const names = [...JSON.stringify(bench.api.served).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)]
  expect(names.length).toBeGreaterThan(20)
  for (const [, name = ''] of names) expect(components.schemas, name).toHaveProperty(name)
})

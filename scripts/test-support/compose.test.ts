import { readFileSync } from 'node:fs'
import Ajv from 'ajv'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { composeSchema } from './compose-schema.ts'

interface ComposeFile {
  services: Record<string, { ports?: string[]; volumes?: string[]; configs?: { source: string }[] }>
  configs: Record<string, unknown>
  volumes: Record<string, unknown>
}

const source = readFileSync(new URL('../../compose.yml', import.meta.url), 'utf8')
const isCompose = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(composeSchema)

it('fits the compose format', () => {
  isCompose(parse(source))
  expect(isCompose.errors).toBeNull()
})

it('would be refused with a misspelt key or a port open to the network', () => {
  expect(isCompose(parse(source.replace('healthcheck:', 'heathcheck:')))).toBe(false)
  expect(isCompose(parse(source.replace('127.0.0.1:6379:6379', '6379:6379')))).toBe(false)
})

it('declares every volume and config that a service names, and no port twice', () => {
  const file = parse(source) as ComposeFile
  const services = Object.values(file.services)
  const volumes = services.flatMap((service) => (service.volumes ?? []).map((use) => use.split(':')[0]))
  expect(volumes.toSorted()).toEqual(Object.keys(file.volumes).toSorted())
  const configs = services.flatMap((service) => (service.configs ?? []).map((use) => use.source))
  expect(configs.toSorted()).toEqual(Object.keys(file.configs).toSorted())
  const ports = services.flatMap((service) => service.ports ?? [])
  expect(new Set(ports).size).toBe(ports.length)
})

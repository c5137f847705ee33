import { optionsByKind } from '../../server/brokers/registry.ts'
import { ConfigError, loadConfig } from '../../server/config/index.ts'

/** The configuration, or its problems on stderr and exit code 78. @param {string} cwd */
export function loadOrExit(cwd) {
  try {
    return loadConfig({
      cwd,
      env: process.env,
      optionsByKind,
    })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(ConfigError.exitCode)
  }
}

/** The address a person opens. @param {import('../../server/config/index.ts').ServerConfig} server @param {number} port */
export function publicUrl(server, port) {
  const host = server.host.includes(':') ? `[${server.host}]` : server.host
  return server.url ?? `http://${host}:${port}`
}

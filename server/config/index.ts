export { ConfigError } from './config-error.ts'
export type { BrokerConfig, Config, ServerConfig } from './contract.ts'
export { loadConfig } from './load-config.ts'
export type { OptionsByKind } from './read-brokers.ts'

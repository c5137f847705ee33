import { pino } from 'pino'
import type { Log } from './contract.ts'

export interface LogOptions {
  readonly level?: string | undefined
  /** Values struck out of every line, wherever they stand. */
  readonly secrets: readonly string[]
  /** The same for secrets that are learnt later; holds `secrets` from the start. */
  readonly redactor?: Redactor | undefined
  /** One JSON line, newline included; default stdout. */
  readonly write?: ((line: string) => void) | undefined
}

/** One JSON object a line: level, time (ISO), msg, and the fields. */
export function createLog({ level = 'info', secrets, redactor, write }: LogOptions): Log {
  redactor?.add(secrets)
  const scrub = redactor ? redactor.scrub : createScrubber(secrets)
  const out = write ?? ((line: string) => void process.stdout.write(line))
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: '[redacted]' },
    },
    { write: (line) => out(scrub(line)) },
  )
  return wrap(logger)
}

const redactedNames = ['password', 'token', 'secret', 'authorization', 'cookie']
const redactedPaths = redactedNames.flatMap((name) => [name, `*.${name}`])

type Write = (fields: Record<string, unknown>, message: string) => void
interface Logger {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  child(fields: Record<string, unknown>): Logger
}
function wrap(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    child: (fields) => wrap(logger.child(fields)),
  }
}

/** Known secrets, which may grow while the process runs. */
export interface Redactor {
  add(secrets: readonly string[]): void
  readonly scrub: (text: string) => string
}

export function createRedactor(): Redactor {
  const known = new Set<string>()
  let scrub = createScrubber([])
  return {
    add(secrets) {
      const before = known.size
      for (const secret of secrets) known.add(secret)
      if (known.size > before) scrub = createScrubber([...known])
    },
    scrub: (text) => scrub(text),
  }
}

/** Replaces each secret, also as it looks inside JSON; very short ones would strike out ordinary words. */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const forms = new Set<string>()
  for (const secret of secrets) {
    if (secret.length < 4) continue
    forms.add(secret)
    forms.add(JSON.stringify(secret).slice(1, -1))
    forms.add(encodeURIComponent(secret))
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  return (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, '[redacted]'), text)
}

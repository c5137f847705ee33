/** The configuration cannot be used. Each problem is one line: where, which path, what was expected. Exit code 78. */
export class ConfigError extends Error {
  static readonly exitCode = 78
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** One finding before it has a place: `path` leads to the value, `key` to a key that should not be there. */
export interface Finding {
  readonly path: readonly (string | number)[]
  readonly key?: string | undefined
  readonly message: string
}

/** `brokers[0].tls.caFile` */
export function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  )
}

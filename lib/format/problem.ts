/** "orders: no leader": what could not be read and why; brokers often say the name themselves. */
export function problemWords({
  scope,
  message,
}: {
  readonly scope: string
  readonly message: string
}): string {
  return message.startsWith(scope) ? message : `${scope}: ${message}`
}

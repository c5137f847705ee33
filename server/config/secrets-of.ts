const secretName = /password|passphrase|secret|token/i

/** Every secret text within a value: named ones, and the passwords of URLs, as written and decoded. */
export function secretsOf(value: unknown, name = ''): string[] {
  if (typeof value === 'string') {
    const inUrl = passwordsIn(value)
    return secretName.test(name) ? [value, ...inUrl] : inUrl
  }
  if (Array.isArray(value)) return value.flatMap((item) => secretsOf(item, name))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => secretsOf(item, key))
}

function passwordsIn(text: string): string[] {
  const raw = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]*:([^/?#@]+)@/i.exec(text)?.[1]
  if (raw === undefined) return []
  try {
    return [raw, decodeURIComponent(raw)]
  } catch {
    return [raw]
  }
}

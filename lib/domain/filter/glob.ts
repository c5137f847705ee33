/** `*` any characters, `?` one; the whole text has to fit. Linear in text × pattern: no pattern can stall a list. */
export function fitsGlob(pattern: string, text: string): boolean {
  let [at, from] = [0, 0]
  let star = -1
  let retry = 0
  while (from < text.length) {
    const char = pattern[at]
    if (char === '*') {
      star = at
      retry = from
      at += 1
    } else if (char !== undefined && (char === '?' || char === text[from])) {
      at += 1
      from += 1
    } else if (star >= 0) {
      at = star + 1
      retry += 1
      from = retry
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}

export function isGlob(text: string): boolean {
  return /[*?]/.test(text)
}

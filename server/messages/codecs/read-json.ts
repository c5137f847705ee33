import { parse } from 'lossless-json'
import { maxJsonDepth } from './limits.ts'

export type JsonReading = { readonly value: unknown } | { readonly refused: string } | null

/**
 * The value of a JSON text, integers beyond 2^53 as strings of their digits; null when it is no JSON. Of two
 * equal keys the last one stands, as everywhere; the text still shows both.
 */
export function readJson(text: string): JsonReading {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  if (!mayBeJson(json)) return null
  if (isTooDeep(json)) return { refused: `Nested deeper than ${maxJsonDepth} levels: shown as text only` }
  try {
    if (isExactAsDoubles(json)) return { value: JSON.parse(json) }
    const value = parse(json, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue })
    return { value }
  } catch {
    return null
  }
}

/** Without a number that a double might bend, the built-in parser gives the same value, twenty times as fast. */
function isExactAsDoubles(text: string): boolean {
  return !/\d{16}|\d[eE]\+?\d{3}/.test(text)
}

function parseNumber(source: string): unknown {
  const value = Number(source)
  if (!Number.isFinite(value)) return source
  return /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? source : value
}

/** Spares the parser what is plainly no JSON. */
function mayBeJson(text: string): boolean {
  return /^[\s]*(?:[{["\-\d]|true\s*$|false\s*$|null\s*$)/.test(text)
}

function isTooDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (inString) {
      if (code === 0x5c) at += 1
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > maxJsonDepth) return true
    } else if (code === 0x7d || code === 0x5d) depth -= 1
  }
  return false
}

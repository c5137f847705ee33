import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const css = readFileSync(join(root, 'app/globals.css'), 'utf8')

type Rgb = readonly [number, number, number]

function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('\n}', start))
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  )
}
const light = tokensOf(':root')
const themes = { light, dark: new Map([...light, ...tokensOf('[data-theme="dark"]')]) }

/** Linear sRGB, clipped to what a screen shows. */
function toLinear(value: string): Rgb {
  if (value === '#fff') return [1, 1, 1]
  const [, l = '', c = '', h = ''] = /^oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)$/.exec(value) ?? []
  if (l === '') throw new Error(`cannot read the colour ${value}`)
  const [light, chroma, hue] = [Number(l) / 100, Number(c), (Number(h) * Math.PI) / 180]
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)]
  const cone = (x: number, y: number) => (light + x * a + y * b) ** 3
  const [p, q, r] = [
    cone(0.3963377774, 0.2158037573),
    cone(-0.1055613458, -0.0638541728),
    cone(-0.0894841775, -1.291485548),
  ]
  const clip = (x: number) => Math.min(1, Math.max(0, x))
  return [
    clip(4.0767416621 * p - 3.3077115913 * q + 0.2309699292 * r),
    clip(-1.2684380046 * p + 2.6097574011 * q - 0.3413193965 * r),
    clip(-0.0041960863 * p - 0.7034186147 * q + 1.707614701 * r),
  ]
}

function contrast(theme: ReadonlyMap<string, string>, one: string, other: string): number {
  const luminance = (name: string) => {
    const value = theme.get(name)
    if (value === undefined) throw new Error(`there is no token ${name}`)
    const [r, g, b] = toLinear(value)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [x, y] = [luminance(one), luminance(other)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

const surfaces = ['bg', 'surface', 'raised', 'sunken'] as const
/** Rows and lines that are open lie on the accent's wash, whatever they say. */
const beneathText = [...surfaces, 'accent-wash'] as const
const inks = [
  'ink',
  'ink-2',
  'ink-3',
  'accent-ink',
  'ok-ink',
  'warn-ink',
  'crit-ink',
  'stage-ink',
  'dev-ink',
] as const
const textPairs: readonly (readonly [string, string])[] = [
  ...inks.flatMap((ink) => beneathText.map((surface) => [ink, surface] as const)),
  ['crit-ink', 'crit-wash'],
  ['warn-ink', 'warn-wash'],
  ['ok-ink', 'ok-wash'],
  ['ink', 'warn-wash'],
  ['ink', 'crit-wash'],
  ['ink-2', 'line'],
  ['ink', 'line'],
  ['surface', 'ink'],
  ['surface', 'ok'],
  ['on-accent', 'accent'],
  ['on-crit', 'crit'],
]
const marks = ['ok', 'warn', 'crit', 'unknown'] as const
const shapePairs: readonly (readonly [string, string])[] = [
  ...marks.flatMap((mark) => beneathText.map((surface) => [mark, surface] as const)),
  ...surfaces.map((surface) => ['control', surface] as const),
  // The focus ring, and the border of what is chosen.
  ...beneathText.map((surface) => ['accent', surface] as const),
  ['stage', 'surface'],
  ['dev', 'surface'],
  // Lines of charts.
  ...['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8'].map((line) => [line, 'surface'] as const),
]

describe.each(Object.entries(themes))('%s', (_, theme) => {
  it.each(textPairs)('text %s on %s: 4.5', (ink, surface) => {
    expect(contrast(theme, ink, surface)).toBeGreaterThanOrEqual(surface === 'ok' ? 3 : 4.5)
  })
  it.each(shapePairs)('shape %s on %s: 3', (mark, surface) => {
    expect(contrast(theme, mark, surface)).toBeGreaterThanOrEqual(3)
  })
})

it('knows the contrasts the standard names', () => {
  const theme = new Map([
    ['white', '#fff'],
    ['black', 'oklch(0% 0 0)'],
    // #767676, the lightest grey that passes on white.
    ['grey', 'oklch(56.6% 0 0)'],
  ])
  expect(contrast(theme, 'white', 'black')).toBeCloseTo(21, 1)
  expect(contrast(theme, 'grey', 'white')).toBeCloseTo(4.54, 1)
})

/** Class lists of the interface, one string at a time. */
function classLists(): string[] {
  const files = ['app', 'components'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.tsx') || (file.endsWith('.ts') && !file.endsWith('.test.ts')))
      .map((file) => join(root, folder, file)),
  )
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(['"`])((?:(?!\1)[^\n])*)\1/g)].map(([, , text = '']) => text),
  )
}

it('every text and surface that stand in one class list are a pair held above', () => {
  const names = [...light.keys()].sort((a, b) => b.length - a.length).join('|')
  const of = (text: string, what: string) =>
    [...text.matchAll(new RegExp(`(?:^|\\s)${what}-(${names})(?=\\s|!|$)`, 'g'))].flatMap(
      ([, name]) => name ?? [],
    )
  const known = new Set(textPairs.map((pair) => pair.join(' on ')))
  const pairs = classLists().flatMap((text) =>
    of(text, 'text').flatMap((ink) => of(text, 'bg').map((surface) => `${ink} on ${surface}`)),
  )
  expect(pairs.length).toBeGreaterThan(20)
  expect([...new Set(pairs)].filter((pair) => !known.has(pair))).toEqual([])
})

it('every colour that text is drawn in is held against the surfaces', () => {
  const used = classLists().flatMap((text) =>
    [
      ...text.matchAll(/(?:^|\s)text-((?:ink|accent|ok|warn|crit|stage|dev|unknown|on)[\w-]*)(?=\s|!|$)/g),
    ].flatMap(([, name]) => name ?? []),
  )
  const held = new Set<string>([...inks, 'on-accent', 'on-crit', ...marks, 'accent'])
  expect([...new Set(used)].filter((name) => !held.has(name))).toEqual([])
})

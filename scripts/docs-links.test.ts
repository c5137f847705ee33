import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasPage } from './screenshots/pages.ts'

const root = resolve(import.meta.dirname, '..')
const skipped = new Set(['node_modules', '.next', '.git', '.signalbox', 'test-results'])

function listPages(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : listPages(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** What stands in code is no link and no heading. */
const withoutCode = (text: string) =>
  text.replace(/^(```|~~~)[\s\S]*?^\1\s*$/gm, '').replace(/`[^`\n]*`/g, '')

/** As GitHub names a heading: lower case, punctuation gone, spaces to hyphens, a number behind a repeated one. */
function anchorsOf(path: string): Set<string> {
  const seen = new Map<string, number>()
  const anchors = new Set<string>()
  const text = readFileSync(path, 'utf8').replace(/^(```|~~~)[\s\S]*?^\1\s*$/gm, '')
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-')
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    anchors.add(times === 0 ? slug : `${slug}-${times}`)
  }
  for (const [, id = ''] of text.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id)
  return anchors
}

function targetsOf(text: string): string[] {
  const inline = [...text.matchAll(/!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)]
  const named = [...text.matchAll(/^\[[^\]^]+\]:\s+(\S+)/gm)]
  const tags = [...text.matchAll(/<(?:img|a|source)\b[^>]*?(?:src|href|srcset)="([^"]+)"/g)]
  return [...inline, ...named, ...tags].flatMap(([, target]) => (target ? [target] : []))
}

const isElsewhere = (target: string) => /^[a-z][a-z0-9+.-]*:/i.test(target)

/** In words, every link of this page that leads nowhere. */
function brokenLinks(path: string): string[] {
  return targetsOf(withoutCode(readFileSync(path, 'utf8'))).flatMap((target) => {
    if (isElsewhere(target)) return []
    const [file = '', anchor] = target.split('#')
    const goal = file === '' ? path : join(dirname(path), decodeURIComponent(file))
    if (!existsSync(goal) && !hasPage(basename(file, '.png'))) return []
    if (!existsSync(goal)) return [`${target}: there is no such file`]
    if (anchor === undefined || !goal.endsWith('.md')) return []
    return anchorsOf(goal).has(anchor) ? [] : [`${target}: there is no such heading`]
  })
}

const pages = listPages(root).map((path) => relative(root, path))

/** Named in `npm run <name>` and `npx vitest run --project x <path>`, wherever a page does. */
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

describe('the documentation', () => {
  it('is found', () => {
    expect(pages).toContain('README.md')
    expect(pages).toContain('docs/GLOSSARY.md')
  })

  it.each(pages)('%s: every link and anchor leads somewhere', (page) => {
    expect(brokenLinks(join(root, page))).toEqual([])
  })

  it.each(pages)('%s: every npm script it names is there', (page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const named = [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].flatMap(([, name]) => (name ? [name] : []))
    expect(named.filter((name) => manifest.scripts[name] === undefined)).toEqual([])
  })

  it.each(pages)('%s: every script it starts is there', (page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const named = [...text.matchAll(/\bscripts\/[\w/-]+\.(?:ts|mjs)\b/g)].map(([name]) => name)
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([])
  })

  it('has every page of the guide in its index', () => {
    const guide = join(root, 'docs/guide')
    const index = readFileSync(join(guide, 'README.md'), 'utf8')
    const missing = readdirSync(guide).filter((name) => name.endsWith('.md') && name !== 'README.md')
    expect(missing.filter((name) => !index.includes(`(${name})`))).toEqual([])
  })

  it('has no picture that no page shows', () => {
    const images = readdirSync(join(root, 'docs/images')).filter((name) => name.endsWith('.png'))
    const texts = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n')
    expect(images.filter((name) => !texts.includes(`images/${name}`))).toEqual([])
  })
})

describe('the check itself', () => {
  it('sees links, pictures and anchors, and not those in code', () => {
    const text = 'a [b](c.md#d) ![e](f.png) `[g](h.md)`\n```\n[i](j.md)\n```\n<img src="k.png">\n[l]: m.md\n'
    expect(targetsOf(withoutCode(text))).toEqual(['c.md#d', 'f.png', 'm.md', 'k.png'])
  })

  it('names headings as GitHub does', () => {
    expect([...anchorsOf(join(root, 'docs/runbooks/console-does-not-start.md'))]).toContain(
      '78-the-configuration',
    )
  })
})

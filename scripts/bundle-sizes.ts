// How much JavaScript each page loads before anything is pressed, asked of a running console built for production:
// node_modules/.bin/node scripts/bundle-sizes.ts <address> with the token in SIGNALBOX_TOKEN. Exits 1 over budget.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** In kB of 1000 bytes, gzip. The shell is what every page of the console loads. */
export const budgets = { shell: 205, page: 230 } as const

export interface PageSize {
  readonly page: string
  readonly kB: number
  readonly scripts: readonly string[]
}
export interface BundleSizes {
  readonly pages: readonly PageSize[]
  readonly shellKB: number
}

const appFolder = join(import.meta.dirname, '../app')

/** The address of every page file; a parameter stands for something that need not exist: the code is the same. */
export function listPages(): string[] {
  return readdirSync(appFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map((file) => `/${file.replace(/\/?page\.tsx$/, '')}`)
    .map((path) =>
      path
        .replace(/\/\([^)]+\)/g, '')
        .replace('[broker]', 'sandbox')
        .replace(/\[\w+\]/g, 'none'),
    )
    .map((path) => (path === '' ? '/' : path))
    .sort()
}

/** Scripts a page names in its first answer, without the polyfill that only browsers without modules load. */
export function scriptsOf(html: string): string[] {
  const old = new Set(
    [...html.matchAll(/<script[^>]*>/g)]
      .filter(([tag]) => /\snomodule/i.test(tag))
      .flatMap(([tag]) => /src="([^"]+)"/.exec(tag)?.[1] ?? []),
  )
  const named = [...html.matchAll(/\/?_next\/static\/[^"'\\\s?]+\.js/g)].map(([path]) =>
    path.startsWith('/') ? path : `/${path}`,
  )
  return [...new Set(named)].filter((path) => ![...old].some((one) => one.startsWith(path)))
}

export async function measureBundles(url: string, token: string): Promise<BundleSizes> {
  const sizes = new Map<string, Promise<number>>()
  const sizeOf = (script: string) => {
    const known = sizes.get(script) ?? gzipSizeOf(`${url}${script}`)
    sizes.set(script, known)
    return known
  }
  const sum = async (scripts: readonly string[]) =>
    (await Promise.all(scripts.map(sizeOf))).reduce((total, bytes) => total + bytes, 0) / 1000
  const pages: PageSize[] = []
  for (const page of listPages()) {
    const html = await readPage(`${url}${page}`, token)
    const scripts = scriptsOf(html)
    pages.push({ page, kB: await sum(scripts), scripts })
  }
  const inConsole = pages.filter(({ page }) => page !== '/sign-in').map(({ scripts }) => scripts)
  const shared = (inConsole[0] ?? []).filter((script) => inConsole.every((other) => other.includes(script)))
  return { pages, shellKB: await sum(shared) }
}

async function readPage(address: string, token: string): Promise<string> {
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` }, redirect: 'error' })
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`)
  return answer.text()
}

async function gzipSizeOf(address: string): Promise<number> {
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`)
  return gzipSync(Buffer.from(await answer.arrayBuffer())).byteLength
}

/** What is over its budget, in words. */
export function overBudget({ pages, shellKB }: BundleSizes): string[] {
  const words = (what: string, kB: number, budget: number) =>
    kB > budget ? [`${what}: ${kB.toFixed(1)} kB, ${budget} allowed`] : []
  return [
    ...words('the shell', shellKB, budgets.shell),
    ...pages.flatMap(({ page, kB }) => words(page, kB, budgets.page)),
  ]
}

export function formatSizes({ pages, shellKB }: BundleSizes): string {
  const line = (what: string, kB: number, budget: number) =>
    `${what.padEnd(52)} ${kB.toFixed(1).padStart(6)} kB of ${budget}`
  return [
    line('the shell (what every page loads)', shellKB, budgets.shell),
    ...pages.map(({ page, kB }) => line(page, kB, budgets.page)),
  ].join('\n')
}

if (import.meta.main) {
  const [url] = process.argv.slice(2)
  const token = process.env.SIGNALBOX_TOKEN
  if (url === undefined || !URL.canParse(url) || !token) {
    console.error('usage: SIGNALBOX_TOKEN=… node scripts/bundle-sizes.ts <address of a running console>')
    process.exit(64)
  }
  const sizes = await measureBundles(new URL(url).origin, token)
  console.log(formatSizes(sizes))
  const over = overBudget(sizes)
  for (const words of over) console.error(words)
  process.exit(over.length > 0 ? 1 : 0)
}

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'

const maxBodyBytes = 64 * 1024

const files: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '': ['page.html', 'text/html; charset=utf-8'],
  'page.js': ['page.js', 'text/javascript; charset=utf-8'],
  'page.css': ['page.css', 'text/css; charset=utf-8'],
}
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export interface Board {
  status(): unknown
  /** @throws with a sentence when the change cannot be made */
  change(body: unknown): Promise<void>
  stop(options: { purge: boolean }): void
}

export interface ControlServer {
  /** With the token, and a slash at its end. */
  readonly url: string
  close(): void
}

/**
 * A page to break and heal workers, on loopback only. The token in its path is what lets one in; Host and Origin are
 * checked besides, as a page of another site can make a browser send requests here.
 */
export async function openControlServer(board: Board): Promise<ControlServer> {
  const token = randomBytes(24).toString('base64url')
  let authority = ''
  const server = createServer((request, response) => {
    answer(request, response, { board, token, authority }).catch((error: unknown) => {
      send(response, 400, { error: error instanceof Error ? error.message : String(error) })
    })
  })
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', done)
  })
  const address = server.address()
  authority = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return {
    url: `http://${authority}/${token}/`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

interface Context {
  readonly board: Board
  readonly token: string
  readonly authority: string
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { board, token, authority } = context
  const { host, origin } = request.headers
  if (host !== authority || (origin !== undefined && origin !== `http://${authority}`))
    return send(response, 403, { error: 'only from this page' })
  const [, given = '', name = ''] = (request.url ?? '').split('/')
  if (!isSame(given, token)) return send(response, 404, { error: 'nothing here' })
  if (request.method === 'GET') {
    const file = files[name]
    if (file)
      return void response.writeHead(200, { ...headers, 'content-type': file[1] }).end(readFile(file[0]))
    if (name === 'status') return send(response, 200, board.status())
  }
  if (request.method === 'POST' && request.headers['content-type'] === 'application/json') {
    const body = await readBody(request)
    if (name === 'change') {
      await board.change(body)
      return send(response, 200, board.status())
    }
    if (name === 'stop') {
      const purge = typeof body === 'object' && body !== null && 'purge' in body && body.purge === true
      send(response, 200, {})
      return board.stop({ purge })
    }
  }
  send(response, 404, { error: 'nothing here' })
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function readFile(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, name))
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length > maxBodyBytes) throw new Error('too long')
    chunks.push(chunk as Buffer)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}')
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body))
}

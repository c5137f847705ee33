import { AppError } from '../../lib/domain/app-error.ts'
import { StatusError } from './error-response.ts'

const maxBodyBytes = 64 * 1024 * 1024
/** Deeper documents are refused before anything recursive sees them. */
const maxDepth = 200

/** Throws 415 for anything that is not JSON: a form of another site cannot send this type unasked. */
export function requireJson(request: Request): void {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new StatusError(415, 'bad_request', 'A write needs content-type: application/json')
  }
}

/** The parsed body, `{}` when there is none. Throws `bad_request` or `too_large`. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  if (text.trim() === '') return {}
  if (isTooDeep(text)) throw new AppError('bad_request', `The body is nested deeper than ${maxDepth} levels`)
  try {
    return JSON.parse(text, refuseInexact)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'bad_request',
      `The body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
    )
  }
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) throw tooLarge()
  if (!request.body) return ''
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const parts: string[] = []
  let bytes = 0
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength
      if (bytes > maxBodyBytes) throw tooLarge()
      parts.push(decoder.decode(chunk, { stream: true }))
    }
    parts.push(decoder.decode())
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('bad_request', 'The body is not UTF-8, or broke off')
  }
  return parts.join('')
}

function tooLarge(): AppError {
  return new AppError('too_large', `A request body may have at most ${maxBodyBytes / 1024 / 1024} MiB`)
}

/** An integer that a double cannot hold would be published as another number: said, not rounded. */
function refuseInexact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  if (
    typeof value === 'number' &&
    source !== undefined &&
    /^-?\d+$/.test(source) &&
    !Number.isSafeInteger(value)
  ) {
    throw new AppError(
      'bad_request',
      `The integer ${source.slice(0, 40)} is beyond 2^53: send the body as text`,
    )
  }
  return value
}

function isTooDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === 0x5c) i += 1
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > maxDepth) return true
    } else if (code === 0x7d || code === 0x5d) depth -= 1
  }
  return false
}

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { RouteHandler } from '../define-route.ts'

const apiFolder = fileURLToPath(new URL('../../../app/api/', import.meta.url))

export interface RouteFile {
  readonly file: string
  /** As in the table of operations: below `/api/v1`, parameters in braces. */
  readonly path: string
}

/** Every route file below `app/api`, with the path it serves. */
export function findRouteFiles(): RouteFile[] {
  return readdirSync(apiFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|\/)route\.tsx?$/.test(file))
    .map((file) => ({
      file: join(apiFolder, file),
      path: `/${file.replace(/\/?route\.tsx?$/, '')}`.replace(/^\/v1/, '').replace(/\[(\w+)\]/g, '{$1}'),
    }))
}

export type Methods = Readonly<
  Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS', RouteHandler>>
>

export async function loadRoute(file: string): Promise<Methods> {
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Methods
}

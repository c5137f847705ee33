import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi'
import { errorBodySchema } from '../schemas/problem.ts'
import type { Operation } from './operation.ts'
import { operations } from './operations.ts'
import { apiBase } from './routes.ts'

let made: Record<string, unknown> | undefined

/** The whole API as OpenAPI 3.1, made from the table of operations; made once. */
export function openApi(): Record<string, unknown> {
  made ??= { ...makeDocument() }
  return made
}

function makeDocument() {
  const paths: ZodOpenApiPathsObject = {}
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const path = `${apiBase}${operation.path}`
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(name, operation) }
  }
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Signalbox',
        version: '1',
        description:
          'One console for every message broker a team runs. Ids are opaque: take them from a list or a link.',
      },
      paths,
      security: [{ bearer: [] }, { session: [] }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'signalbox' },
        },
      },
    },
    {
      // Answers may gain fields; a reader that refused unknown ones would break then.
      override: ({ jsonSchema, io }) => {
        if (io === 'output' && jsonSchema.additionalProperties === false)
          delete jsonSchema.additionalProperties
      },
    },
  )
}

function describeOperation(name: string, operation: Operation): ZodOpenApiOperationObject {
  return {
    operationId: name,
    summary: operation.summary,
    tags: [operation.tag],
    ...(operation.permission === null ? { security: [] } : {}),
    requestParams: { path: operation.params, query: operation.query },
    ...(operation.body === null
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: operation.body } } } }),
    responses: responsesOf(operation),
  }
}

function responsesOf(operation: Operation): ZodOpenApiResponsesObject {
  const status = String(operation.status) as '200' | '201'
  const type = {
    events: 'text/event-stream',
    bytes: 'application/octet-stream',
    json: 'application/json',
  }[operation.stream ?? 'json']
  const schema = operation.response ?? z.string().meta({ format: 'binary' })
  return {
    [status]: { description: operation.summary, content: { [type]: { schema } } },
    default: {
      description: 'Refused or failed',
      content: { 'application/json': { schema: errorBodySchema } },
    },
  }
}

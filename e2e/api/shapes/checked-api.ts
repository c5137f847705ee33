import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type Answer, Api } from '../../support/api.ts'
import { broker } from './brokers.ts'
import { findCall } from './calls.ts'
import { hello, message, sample, scanned } from './messages.ts'
import { error, type Schema } from './values.ts'

const streamed = { broker, hello, message, sample, scanned }

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}
interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/**
 * Every JSON answer that comes through here is held against two descriptions: the documentation, by the shapes
 * in this folder, and the OpenAPI document that the console itself serves.
 */
export class CheckedApi extends Api {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true })
  readonly #served: OpenApi
  readonly #compiled = new Map<string, ValidateFunction>()
  /** How often each call was answered well, as `GET /brokers`. */
  readonly seen = new Map<string, number>()

  private constructor(url: string, token: string, served: OpenApi) {
    super(url, token)
    this.#served = served
    this.#ajv.addFormat('binary', true)
    this.#ajv.addFormat('date-time', true)
    this.#ajv.addFormat('base64', true)
    this.#ajv.addSchema({ ...served, $id: 'served' } as Schema)
  }

  static async open({ url, token }: { readonly url: string; readonly token: string }): Promise<CheckedApi> {
    return new CheckedApi(url, token, await new Api(url, token).get<OpenApi>('/openapi.json'))
  }

  get served(): OpenApi {
    return this.#served
  }

  /** Holds what a stream told against its documentation. */
  expectShape(name: keyof typeof streamed, data: unknown): void {
    this.#expect(this.#ajv.compile(streamed[name]), data, `the event ${name}`)
  }

  override async send<T = unknown>(...request: Parameters<Api['send']>): Promise<Answer<T>> {
    const answer = await super.send<T>(...request)
    const [method, path] = request
    this.#check(method, path.replace(/^\/api\/v1/, '').replace(/\?.*$/, ''), answer)
    return answer
  }

  #check(method: string, path: string, { status, body }: Answer<unknown>): void {
    const what = `${method} ${path} answered ${status}`
    if (status >= 400) {
      this.#expect(this.#ajv.compile(error), body, what)
      return
    }
    const call = findCall(method, path)
    if (!call) return
    if (status !== call.status) throw new Error(`${what} instead of ${call.status}`)
    const name = `${call.method} ${call.path}`
    this.seen.set(name, (this.seen.get(name) ?? 0) + 1)
    if (call.shape) this.#expect(this.#ajv.compile(call.shape), body, `${what}, which is not as documented`)
    this.#expect(this.#servedShape(method, path, status), body, `${what}, which is not as in openapi.json`)
  }

  /** The shape the console's own description names for this answer. */
  #servedShape(method: string, path: string, status: number): ValidateFunction {
    const found = Object.keys(this.#served.paths)
      .filter((one) => fits(one, `/api/v1${path}`))
      .sort((a, b) => a.split('{').length - b.split('{').length)[0]
    const verb = method.toLowerCase()
    const schema =
      found === undefined
        ? undefined
        : this.#served.paths[found]?.[verb]?.responses[String(status)]?.content['application/json']?.schema
    if (found === undefined || !schema) throw new Error(`openapi.json does not describe ${method} ${path}`)
    const pointer = [
      'paths',
      found,
      verb,
      'responses',
      String(status),
      'content',
      'application/json',
      'schema',
    ]
    const $ref = `served#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
    const validate = this.#compiled.get($ref) ?? this.#ajv.compile({ $ref })
    this.#compiled.set($ref, validate)
    return validate
  }

  #expect(validate: ValidateFunction, body: unknown, what: string): void {
    if (validate(body)) return
    const errors = validate.errors?.slice(0, 6).map((one) => `${one.instancePath} ${one.message}`)
    throw new Error(`${what}:\n${errors?.join('\n')}\n${JSON.stringify(body).slice(0, 3_000)}`)
  }
}

function fits(pattern: string, path: string): boolean {
  const [own, given] = [pattern.split('/'), path.split('/')]
  return own.length === given.length && own.every((part, i) => part.startsWith('{') || part === given[i])
}

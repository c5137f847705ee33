import { defineApi } from './api.ts'

export interface VersionRange {
  readonly key: number
  readonly min: number
  readonly max: number
}
export interface ApiVersions {
  readonly error: number
  readonly apis: readonly VersionRange[]
  /** Highest level the broker's build knows, by feature name ("metadata.version" …). */
  readonly features: ReadonlyMap<string, number>
}

/** The response header of ApiVersions stays unflexible in every version, so that any client can read it. */
export const apiVersions = defineApi<null, ApiVersions>({
  name: 'ApiVersions',
  key: 18,
  min: 3,
  max: 3,
  flexible: true,
  encode: (w) => w.appendString('signalbox').appendString('1').appendTaggedFields(),
  decode(r) {
    const error = r.readInt16()
    if (error !== 0) return { error, apis: [], features: new Map() }
    const apis = r.readArray((a) => ({ key: a.readInt16(), min: a.readInt16(), max: a.readInt16() }))
    r.readInt32()
    const features = new Map<string, number>()
    for (let left = r.readUnsignedVarInt(); left > 0; left--) {
      const tag = r.readUnsignedVarInt()
      const size = r.readUnsignedVarInt()
      if (tag !== 0) r.skip(size)
      else
        r.readArray((f) => {
          const name = f.readString()
          f.readInt16()
          features.set(name, f.readInt16())
        })
    }
    return { error, apis, features }
  },
})

export const saslHandshake = defineApi<
  { mechanism: string },
  { error: number; mechanisms: readonly string[] }
>({
  name: 'SaslHandshake',
  key: 17,
  min: 1,
  max: 1,
  flexible: false,
  encode: (w, { mechanism }) => w.appendString(mechanism, false),
  decode: (r) => ({
    error: r.readInt16(),
    mechanisms: r.readArray((m) => m.readString(false), false, false),
  }),
})

export const saslAuthenticate = defineApi<
  { bytes: Buffer },
  { error: number; message: string | null; bytes: Buffer; lifetimeMs: number }
>({
  name: 'SaslAuthenticate',
  key: 36,
  min: 2,
  max: 2,
  flexible: true,
  encode: (w, { bytes }) => w.appendBytes(bytes).appendTaggedFields(),
  decode: (r) => ({
    error: r.readInt16(),
    message: r.readNullableString(),
    bytes: r.readBytes(),
    lifetimeMs: Number(r.readInt64()),
  }),
})

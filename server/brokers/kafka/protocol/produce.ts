import { defineApi } from './api.ts'

export const initProducerIdApi = defineApi<null, { error: number; producerId: bigint; epoch: number }>({
  name: 'InitProducerId',
  key: 22,
  min: 2,
  max: 4,
  flexible: true,
  encode(w, _, version) {
    w.appendString(null).appendInt32(60_000)
    if (version >= 3) w.appendInt64(-1n).appendInt16(-1)
    w.appendTaggedFields()
  },
  decode(r) {
    r.readInt32()
    return { error: r.readInt16(), producerId: r.readInt64(), epoch: r.readInt16() }
  },
})

export interface ProduceAnswer {
  readonly error: number
  readonly baseOffset: bigint
  readonly message: string | null
  readonly recordErrors: readonly { readonly index: number; readonly message: string | null }[]
}

/** One record batch to one partition, acknowledged by all in-sync replicas. */
export const produceApi = defineApi<
  { topic: string; partition: number; batch: Buffer; timeoutMs: number },
  ProduceAnswer
>({
  name: 'Produce',
  key: 0,
  min: 9,
  max: 9,
  flexible: true,
  encode: (w, { topic, partition, batch, timeoutMs }) =>
    w
      .appendString(null)
      .appendInt16(-1)
      .appendInt32(timeoutMs)
      .appendArray([topic], (t, name) =>
        t
          .appendString(name)
          .appendArray([partition], (p, number) => p.appendInt32(number).appendBytes(batch)),
      )
      .appendTaggedFields(),
  decode(r) {
    const answers = r
      .readArray((t) => {
        t.readString()
        return t.readArray((p) => {
          p.readInt32()
          const [error, baseOffset] = [p.readInt16(), p.readInt64()]
          p.readInt64()
          p.readInt64()
          const recordErrors = p.readArray((e) => ({ index: e.readInt32(), message: e.readNullableString() }))
          return { error, baseOffset, recordErrors, message: p.readNullableString() }
        })
      })
      .flat()
    const [answer] = answers
    if (!answer) throw new Error('an empty produce answer')
    return answer
  },
})

import { defineApi } from './api.ts'

export interface LeavingMember {
  /** Empty for a static member: its instance names it. */
  readonly member: string
  readonly instance: string | null
}

/** Takes members out of a group in their name, as the admin client of Kafka does. */
export const leaveGroupApi = defineApi<
  { group: string; members: readonly LeavingMember[]; reason: string },
  { error: number; members: readonly (LeavingMember & { readonly error: number })[] }
>({
  name: 'LeaveGroup',
  key: 13,
  min: 4,
  max: 5,
  flexible: true,
  encode: (w, { group, members, reason }, version) =>
    w
      .appendString(group)
      .appendArray([...members], (m, { member, instance }) => {
        m.appendString(member).appendString(instance)
        if (version >= 5) m.appendString(reason)
      })
      .appendTaggedFields(),
  decode(r) {
    r.readInt32()
    const error = r.readInt16()
    const members = r.readArray((m) => ({
      member: m.readString(),
      instance: m.readNullableString(),
      error: m.readInt16(),
    }))
    return { error, members }
  },
})

interface Listed {
  readonly members: readonly unknown[]
  readonly problems?: readonly unknown[] | undefined
}

/** How many read with a group; null where it lists none and something of it could not be read: that proves nothing. */
export function membersOf({ members, problems }: Listed): number | null {
  return members.length === 0 && (problems?.length ?? 0) > 0 ? null : members.length
}

/** What a caller may do. Every operation of the API names one; the guard checks it again at the broker. */
export const permissions = [
  'brokers.read',
  'messages.read',
  'messages.publish',
  'messages.settle',
  'messages.purge',
  'connections.close',
  'groups.manage',
  'needs.acknowledge',
  'events.write',
  'replays.read',
  'replays.run',
  'backups.read',
  'backups.restore',
  'brokers.connect',
  'brokers.manage',
  'sandbox.play',
  'audit.read',
] as const
export type Permission = (typeof permissions)[number]

/** The permissions that change something on a broker: refused in read-only mode, and without an open audit row. */
export const writePermissions = [
  'messages.publish',
  'messages.settle',
  'messages.purge',
  'connections.close',
  'groups.manage',
  'replays.run',
  'backups.restore',
] as const satisfies readonly Permission[]

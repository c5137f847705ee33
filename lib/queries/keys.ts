/** Hierarchical: invalidating a prefix takes everything below it. */
export const keys = {
  me: ['me'] as const,
  brokers: ['brokers'] as const,
  brokerKinds: ['broker-kinds'] as const,
  brokerSettings: (broker: string) => ['broker-settings', broker] as const,
  settings: ['settings'] as const,
  sandbox: (broker: string) => ['brokers', broker, 'sandbox'] as const,
  destinations: (broker: string) => ['brokers', broker, 'destinations'] as const,
  destinationLists: (broker: string) => ['brokers', broker, 'destinations', 'list'] as const,
  destinationList: (broker: string, filter: Record<string, string | undefined>) =>
    ['brokers', broker, 'destinations', 'list', filter] as const,
  destinationsHeld: (broker: string) => ['brokers', broker, 'destinations', 'held'] as const,
  destinationChoice: (broker: string, q: string) => ['brokers', broker, 'destinations', 'choice', q] as const,
  destinationCounts: (broker: string) => ['brokers', broker, 'destinations', 'counts'] as const,
  destination: (broker: string, destination: string) =>
    ['brokers', broker, 'destinations', 'one', destination] as const,
  messages: (broker: string, destination: string) => ['messages', broker, destination] as const,
  messagePages: (broker: string, destination: string) => ['messages', broker, destination, 'page'] as const,
  messagePage: (broker: string, destination: string, view: Record<string, string | undefined>) =>
    ['messages', broker, destination, 'page', view] as const,
  message: (broker: string, destination: string, message: string) =>
    ['messages', broker, destination, 'one', message] as const,
  groups: (broker: string) => ['brokers', broker, 'groups'] as const,
  groupLists: (broker: string) => ['brokers', broker, 'groups', 'list'] as const,
  group: (broker: string, group: string) => ['brokers', broker, 'groups', 'one', group] as const,
  removal: (broker: string, group: string, member: string) =>
    ['brokers', broker, 'groups', 'removal', group, member] as const,
  offsetResets: (broker: string, group: string) => ['brokers', broker, 'groups', 'resets', group] as const,
  connections: (broker: string) => ['brokers', broker, 'connections'] as const,
  connectionList: (broker: string, destination: string | undefined) =>
    ['brokers', broker, 'connections', destination ?? 'all'] as const,
  recent: ['recent'] as const,
  recentOf: (broker: string) => ['recent', broker] as const,
  recentSums: (broker: string) => ['recent', broker, 'sums'] as const,
  recentParts: (broker: string, group: string) => ['recent', broker, 'parts', group] as const,
  recentOne: (broker: string, of: string, metric: string, id: string) =>
    ['recent', broker, of, metric, id] as const,
  events: ['events'] as const,
  changes: (hours: number) => ['events', 'changes', hours] as const,
  needs: ['needs'] as const,
  needList: (acknowledged: boolean) => ['needs', acknowledged] as const,
  seriesLive: (broker: string) => ['series', broker, 'live'] as const,
  seriesOne: (broker: string, range: string, of: Record<string, string | undefined>, points: number) =>
    ['series', broker, range, of, points] as const,
  subjectName: (of: string) => ['subject-name', of] as const,
  eventsIn: (broker: string, range: string) => ['events', broker, range] as const,
  nodes: (broker: string) => ['brokers', broker, 'nodes'] as const,
  deadLetters: ['dead-letters'] as const,
  search: (q: string) => ['search', q] as const,
  replays: ['replays'] as const,
  replayList: ['replays', 'list'] as const,
  replayHistory: ['replays', 'history'] as const,
  replay: (replay: string) => ['replays', 'one', replay] as const,
  replayItemsOf: (replay: string) => ['replays', 'one', replay, 'items'] as const,
  replayItems: (replay: string, state: string) => ['replays', 'one', replay, 'items', state] as const,
  backups: ['backups'] as const,
  audit: ['audit'] as const,
}

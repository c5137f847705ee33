/** Readings as people call them, in the charts, the facts and the comparison. */
interface KnownReading {
  readonly label: string
  /** Of a reading that follows from others: what it tells a person. Its formula comes with the reading. */
  readonly help?: string
}

const known: Readonly<Record<string, KnownReading>> = {
  depth: { label: 'Depth' },
  ready: { label: 'Ready' },
  unacked: { label: 'Held by consumers' },
  consumers: { label: 'Consumers' },
  inRate: { label: 'In' },
  outRate: { label: 'Out' },
  ackRate: { label: 'Acknowledged' },
  redeliveryRate: { label: 'Redelivered' },
  deadLetters: { label: 'Dead letters' },
  lag: { label: 'Lag' },
  worstLag: { label: 'Worst lag' },
  memory: { label: 'Memory' },
  memoryLimit: { label: 'Memory limit' },
  disk: { label: 'Disk free' },
  diskLimit: { label: 'Disk limit' },
  lagSeconds: { label: 'Behind', help: 'How old the next message to be read is' },
  netRate: { label: 'Net', help: 'By how much the backlog grows (or, below zero, shrinks) a second' },
  timeToDrain: { label: 'Drains in', help: 'When nothing would wait any more, at these rates' },
  errorRate: { label: 'Errors', help: 'The share of deliveries that went wrong' },
  processingTime: {
    label: 'Processing',
    help: 'How long a message is held before it is acknowledged, on average',
  },
  retentionUsed: {
    label: 'Retention used',
    help: 'How much of what is kept lies before the reader: at 100 % the next message is lost',
  },
  timeToLoss: { label: 'First loss', help: 'When messages would be dropped before they were read' },
  lost: { label: 'Lost', help: 'Dropped by the broker before this group read them' },
}

/** Lower case, for the middle of a label; a reading nobody named stands as it is. */
export function metricWord(metric: string): string {
  return known[metric]?.label.toLowerCase() ?? metric
}

export function labelOf(metric: string): string {
  return known[metric]?.label ?? metric
}

export function helpOf(metric: string): string | null {
  return known[metric]?.help ?? null
}

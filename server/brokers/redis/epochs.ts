/**
 * A stream has no incarnation in Redis, but its counts only grow while it lives: one that fell belongs to a key
 * that was deleted and made anew, or to another set of groups.
 */
export interface Epochs {
  of(counter: string, value: string): string
}

export function openEpochs(): Epochs {
  const seen = new Map<string, { value: bigint; epoch: number }>()
  return {
    of: (counter, text) => {
      const value = BigInt(text)
      const last = seen.get(counter)
      const epoch = last ? last.epoch + (value < last.value ? 1 : 0) : 0
      seen.set(counter, { value, epoch })
      return String(epoch)
    },
  }
}

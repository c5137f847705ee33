/** Allows `count` failures in any `windowMs`, over everybody: a token cannot be guessed, and guessing is not free. */
export interface FailureLimit {
  isOver(nowMs: number): boolean
  fail(nowMs: number): void
}

export function createFailureLimit(count: number, windowMs: number): FailureLimit {
  let failures: number[] = []
  return {
    isOver: (nowMs) => {
      failures = failures.filter((atMs) => nowMs - atMs < windowMs)
      return failures.length >= count
    },
    fail: (nowMs) => {
      failures.push(nowMs)
    },
  }
}

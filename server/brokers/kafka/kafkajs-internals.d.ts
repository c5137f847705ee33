declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The part of kafkajs 2.2.4's request queue that schedules its own wake-up. */
  interface RequestQueue {
    pending: readonly unknown[]
    throttledUntil: number
    throttleCheckTimeoutId: NodeJS.Timeout | null
    checkPendingRequests(): void
    scheduleCheckPendingRequests(): void
  }
  const requestQueue: { readonly prototype: RequestQueue }
  export default requestQueue
}

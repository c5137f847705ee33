/** What had the keyboard, to give it back. Read before what opens takes it. */
export function focusedElement(): HTMLElement | null {
  const { activeElement } = document
  return activeElement instanceof HTMLElement && activeElement !== document.body ? activeElement : null
}

/** Gives the keyboard back to what had it; to the page where that is gone, never to nothing. */
export function returnFocus(to: HTMLElement | null): void {
  const isThere = to?.isConnected && to.getClientRects().length > 0
  const target = isThere ? to : document.getElementById('main')
  target?.focus({ preventScroll: true })
}

/** True where nothing has the keyboard: what had it was taken away. */
export function isFocusLost(): boolean {
  return focusedElement() === null
}

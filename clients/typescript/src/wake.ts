/**
 * Calls `listener` when the network or the user of the page is back. Returns how to stop. Outside of pages, it is never
 * called.
 */
export function onWake(listener: () => void): () => void {
  if (typeof window === 'undefined') return () => undefined
  const wake = () => {
    if (document.visibilityState !== 'hidden') listener()
  }
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  return () => {
    window.removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', wake)
  }
}

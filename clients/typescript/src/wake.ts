/**
 * Calls `listener` when the network is back or the page becomes visible. Returns a function that stops this. Outside a
 * browser page, `listener` is never called.
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

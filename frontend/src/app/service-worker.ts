/** Has the pages kept in the browser, so that they open without their server too. Vite's own server has none to keep. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  // Not at the cost of the first screen.
  if (document.readyState === 'complete') void register()
  else window.addEventListener('load', () => void register(), { once: true })
}

async function register(): Promise<void> {
  try {
    await navigator.serviceWorker.register('/service-worker.js', { updateViaCache: 'none' })
  } catch {
    // It may be off by the browser's settings, or the certificate not trusted: all works but for that.
  }
}

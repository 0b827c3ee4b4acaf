import { basePath } from '@/lib/base-path'

/** Registers the service worker, so that the pages open without their server. Not on Vite's development server. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  // Must not slow down the first screen.
  if (document.readyState === 'complete') void register()
  else window.addEventListener('load', () => void register(), { once: true })
}

async function register(): Promise<void> {
  try {
    await navigator.serviceWorker.register(`${basePath}/service-worker.js`, { updateViaCache: 'none' })
  } catch {
    // Disabled in the browser, or an untrusted certificate: everything else works.
  }
}

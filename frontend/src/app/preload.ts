/** What the next steps at the page take. */
const PARTS = [
  () => import('@/pages/chat-page'),
  () => import('@/markdown/markdown'),
  () => import('@/components/palette/palette'),
  () => import('@/components/ui/dialog-panel'),
  () => import('@/components/ui/sheet-panel'),
  () => import('@/components/ui/toast-list'),
]
const SOON_MS = 1_000

/** Loads it once the browser has nothing else to do. Returns what calls that off. */
export function preloadWhenIdle(): () => void {
  const load = () => {
    // What is missed now is loaded when it is used.
    for (const part of PARTS) void part().catch(() => undefined)
  }
  // Not in every browser.
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(load, SOON_MS)
    return () => clearTimeout(timer)
  }
  const request = requestIdleCallback(load)
  return () => cancelIdleCallback(request)
}

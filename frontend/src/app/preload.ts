/** Chunks the user is likely to need next. */
const PARTS = [
  () => import('@/pages/chat-page'),
  () => import('@/markdown/markdown'),
  () => import('@/components/attachments/attachment-bar'),
  () => import('@/core/uploads/upload-queue'),
  () => import('@/core/outbox/background-outboxes'),
  () => import('@/components/palette/palette-panel'),
  () => import('@/components/ui/dialog-panel'),
  () => import('@/components/ui/menu-panel'),
  () => import('@/components/ui/sheet-panel'),
  () => import('@/components/layout/toast-list'),
]
const PRELOAD_DELAY_MS = 1_000

/** Loads the chunks once the browser is idle. Returns a function that cancels it. */
export function preloadWhenIdle(): () => void {
  const load = () => {
    // A chunk that fails now is loaded on demand.
    for (const part of PARTS) void part().catch(() => undefined)
  }
  // Missing in Safari.
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(load, PRELOAD_DELAY_MS)
    return () => clearTimeout(timer)
  }
  const request = requestIdleCallback(load)
  return () => cancelIdleCallback(request)
}

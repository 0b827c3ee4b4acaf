import { useSyncExternalStore } from 'react'

/** Height in pixels of the part of the page under the on-screen keyboard; 0 in browsers that resize the page for it. */
export function useCoveredHeight(): number {
  return useSyncExternalStore(subscribe, coveredHeight)
}

function subscribe(onChange: () => void): () => void {
  const { visualViewport: viewport } = window
  viewport?.addEventListener('resize', onChange)
  viewport?.addEventListener('scroll', onChange)
  return () => {
    viewport?.removeEventListener('resize', onChange)
    viewport?.removeEventListener('scroll', onChange)
  }
}

function coveredHeight(): number {
  const { visualViewport: viewport } = window
  // On a page that is zoomed in, other parts are out of view too.
  if (viewport?.scale !== 1) return 0
  return Math.max(0, Math.round(document.documentElement.clientHeight - viewport.height - viewport.offsetTop))
}

import { useSyncExternalStore } from 'react'

/** How many pixels at the bottom of the page the keyboard on the screen covers, where the page is not resized for it. */
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
  // A page that is zoomed in has parts outside of the view too.
  if (viewport?.scale !== 1) return 0
  return Math.max(0, Math.round(document.documentElement.clientHeight - viewport.height - viewport.offsetTop))
}

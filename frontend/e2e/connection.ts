/** Interrupts the page's connections and requests. */
import type { Page, WebSocketRoute } from '@playwright/test'

/**
 * Returns functions that cut the connections of conversations, WebSockets and event streams, and allow them again.
 * Applies to pages that are opened later.
 */
export async function controlConnections(
  page: Page,
): Promise<{ cut: () => Promise<void>; mend: () => void }> {
  const open = new Set<WebSocketRoute>()
  let isCut = false
  await page.routeWebSocket(/\/ws\/chat\//, (socket) => {
    if (isCut) {
      void socket.close({ code: 1012 })
      return
    }
    socket.connectToServer()
    open.add(socket)
  })
  // Event streams replace refused WebSockets.
  await page.route('**/api/conversations/*/events*', (route) => (isCut ? route.abort() : route.continue()))
  return {
    cut: async () => {
      isCut = true
      for (const socket of open) await socket.close({ code: 1012 })
      open.clear()
    },
    mend: () => {
      isCut = false
    },
  }
}

/** Holds back the requests of this URL until the returned function is called. */
export async function holdRequests(page: Page, url: string | RegExp): Promise<() => void> {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route(url, async (route) => {
    await released
    await route.continue()
  })
  return () => release()
}

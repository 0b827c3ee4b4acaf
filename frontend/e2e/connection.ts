/** The page's connections, in a test's hands. */
import type { Page, WebSocketRoute } from '@playwright/test'

/** Connections of conversations, by whichever way: they can be cut and kept from coming back. For pages opened from now on. */
export async function cuttable(page: Page): Promise<{ cut: () => Promise<void>; mend: () => void }> {
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
  // What takes the place of WebSockets that are refused.
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

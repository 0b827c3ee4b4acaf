/** Attempts a WebSocket once a minute while an event stream takes its place. */
import type { ServerAccess } from './server-access.js'
import { SocketConnection } from './socket-connection.js'

const INTERVAL_MS = 60_000

export class SocketTrial {
  readonly #interval: ReturnType<typeof setInterval>
  #socket: SocketConnection | null = null

  /** Calls `onSuccess` when a handshake succeeds. */
  constructor(server: ServerAccess, path: string, onSuccess: () => void) {
    this.#interval = setInterval(() => {
      this.#socket?.close()
      this.#socket = new SocketConnection(server, path, {
        onOpen: onSuccess,
        onText: () => undefined,
        onClose: () => undefined,
      })
    }, INTERVAL_MS)
  }

  stop(): void {
    clearInterval(this.#interval)
    this.#socket?.close()
  }
}

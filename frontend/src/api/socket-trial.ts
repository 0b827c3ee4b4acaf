/** Tries a WebSocket once a minute while an event stream takes its place. */
import { SocketConnection } from '@/api/socket-connection'

const INTERVAL_MS = 60_000

export class SocketTrial {
  readonly #interval: number
  #socket: SocketConnection | null = null

  /** Calls `onSuccess` when a handshake succeeds. */
  constructor(path: string, onSuccess: () => void) {
    this.#interval = window.setInterval(() => {
      this.#socket?.close()
      this.#socket = new SocketConnection(path, {
        onOpen: onSuccess,
        onText: () => undefined,
        onClose: () => undefined,
      })
    }, INTERVAL_MS)
  }

  stop(): void {
    window.clearInterval(this.#interval)
    this.#socket?.close()
  }
}

/** One connection to the server: a WebSocket, or a stream of server-sent events with commands by POST. */
import type { ClientFrame } from './frames.gen.js'

export interface ConnectionEvents {
  /** The sign-in may be sent. */
  onOpen: () => void
  onText: (text: string) => void
  /**
   * Called with a close code (an event stream reports that of a WebSocket). The server wants no other connection for
   * `retryAfter` milliseconds. Never called after `close()`.
   */
  onClose: (code: number, retryAfter?: number) => void
}

export interface Connection {
  /** False when the frame cannot be sent. */
  send: (frame: ClientFrame) => boolean
  close: () => void
  /** Closes a connection on which nothing arrived in time. */
  giveUp: () => void
}

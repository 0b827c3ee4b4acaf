/** One connection to the server: a WebSocket, or a stream of server-sent events with commands by POST. */
import type { ClientFrame } from './frames.gen.js'

export interface ConnectionEvents {
  /** The sign-in may be sent. */
  onOpen: () => void
  onText: (text: string) => void
  /**
   * Called with the close code of a WebSocket, even by an event stream, and the milliseconds before which the server
   * wants no other connection. Never called after `close()`.
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

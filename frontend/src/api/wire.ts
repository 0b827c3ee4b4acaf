/** A way to the server that frames go by, and the one that is a WebSocket. */
import { handshakes } from '@/api/handshakes'
import type { ClientFrame } from '@/types/frames.gen'

export interface WireEvents {
  /** The sign-in may be sent. */
  onOpen: () => void
  onText: (text: string) => void
  /** With a WebSocket's code, whatever the wire is. Not after `close()`. */
  onClose: (code: number) => void
}

export interface Wire {
  /** False when the frame cannot go. */
  send: (frame: ClientFrame) => boolean
  close: () => void
}

/** Counts how its handshake went. */
export class SocketWire implements Wire {
  readonly #socket: WebSocket
  #isClosed = false
  #isShaken = false

  constructor(url: string, events: WireEvents) {
    this.#socket = new WebSocket(url)
    this.#socket.addEventListener('open', () => {
      if (this.#isClosed) return
      this.#isShaken = true
      handshakes.succeeded()
      events.onOpen()
    })
    this.#socket.addEventListener('message', (event: MessageEvent) => {
      if (!this.#isClosed && typeof event.data === 'string') events.onText(event.data)
    })
    this.#socket.addEventListener('close', (event) => {
      if (this.#isClosed) return
      if (!this.#isShaken) handshakes.failed()
      events.onClose(event.code)
    })
  }

  send(frame: ClientFrame): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }

  close(): void {
    this.#isClosed = true
    this.#socket.close()
  }

  /** Gives a handshake up that nobody answered. */
  giveUp(): void {
    if (!this.#isShaken) handshakes.failed()
    this.close()
  }
}

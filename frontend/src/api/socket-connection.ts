/** A connection that is a WebSocket. Records whether its handshake succeeded. */
import { socketUrl } from '@/api/base-urls'
import type { Connection, ConnectionEvents } from '@/api/connection'
import { handshakes } from '@/api/handshakes'
import type { ClientFrame } from '@/types/frames.gen'

export class SocketConnection implements Connection {
  readonly #socket: WebSocket
  #state: 'handshake' | 'open' | 'closed' = 'handshake'

  constructor(path: string, events: ConnectionEvents) {
    this.#socket = new WebSocket(socketUrl(path))
    this.#socket.addEventListener('open', () => {
      if (this.#state === 'closed') return
      this.#state = 'open'
      handshakes.succeeded()
      events.onOpen()
    })
    this.#socket.addEventListener('message', (event: MessageEvent) => {
      if (this.#state !== 'closed' && typeof event.data === 'string') events.onText(event.data)
    })
    this.#socket.addEventListener('close', (event) => {
      if (this.#state === 'closed') return
      if (this.#state === 'handshake') handshakes.failed()
      events.onClose(event.code)
    })
  }

  send(frame: ClientFrame): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }

  close(): void {
    this.#state = 'closed'
    this.#socket.close()
  }

  giveUp(): void {
    if (this.#state === 'handshake') handshakes.failed()
    this.close()
  }
}

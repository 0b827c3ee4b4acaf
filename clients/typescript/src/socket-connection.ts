/** A connection that is a WebSocket. Records whether its handshake succeeded. */
import type { Connection, ConnectionEvents } from './connection.js'
import type { ClientFrame } from './frames.gen.js'
import type { Handshakes } from './handshakes.js'
import { openSocket, type ServerAccess } from './server-access.js'

const OPEN = 1

export class SocketConnection implements Connection {
  readonly #socket: WebSocket
  readonly #handshakes: Handshakes
  #state: 'handshake' | 'open' | 'closed' = 'handshake'

  constructor(server: ServerAccess, path: string, events: ConnectionEvents) {
    this.#handshakes = server.handshakes
    this.#socket = openSocket(server, path)
    this.#socket.addEventListener('open', () => {
      if (this.#state === 'closed') return
      this.#state = 'open'
      this.#handshakes.succeeded()
      events.onOpen()
    })
    this.#socket.addEventListener('message', (event: MessageEvent) => {
      if (this.#state !== 'closed' && typeof event.data === 'string') events.onText(event.data)
    })
    this.#socket.addEventListener('close', (event) => {
      if (this.#state === 'closed') return
      if (this.#state === 'handshake') this.#handshakes.failed()
      events.onClose(event.code)
    })
  }

  send(frame: ClientFrame): boolean {
    if (this.#socket.readyState !== OPEN) return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }

  close(): void {
    this.#state = 'closed'
    this.#socket.close()
  }

  giveUp(): void {
    if (this.#state === 'handshake') this.#handshakes.failed()
    this.close()
  }
}

/** A connection that is a WebSocket. Records whether its handshake succeeded. */
import { CLOSE_ABNORMAL } from './close-codes.js'
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
      this.#handshakes.recordSuccess()
      events.onOpen()
    })
    this.#socket.addEventListener('message', (event: MessageEvent) => {
      if (this.#state !== 'closed' && typeof event.data === 'string') events.onText(event.data)
    })
    const end = (code: number) => {
      if (this.#state === 'closed') return
      if (this.#state === 'handshake') this.#handshakes.recordFailure()
      this.#state = 'closed'
      events.onClose(code)
    }
    this.#socket.addEventListener('close', ({ code }) => end(code))
    // After a failed handshake, some versions of Node report no more than this.
    this.#socket.addEventListener('error', () => {
      if (this.#state === 'handshake') end(CLOSE_ABNORMAL)
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
    if (this.#state === 'handshake') this.#handshakes.recordFailure()
    this.close()
  }
}

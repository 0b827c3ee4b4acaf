/** A server on this machine for one test. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export class LocalServer {
  protected readonly server: Server
  readonly #connections = new Set<Duplex>()

  constructor(listener: RequestListener) {
    this.server = createServer(listener)
    this.server.on('connection', (socket: Duplex) => {
      this.#connections.add(socket)
      socket.on('close', () => this.#connections.delete(socket))
    })
  }

  /** Starts the server and returns its URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    // First: pages that are still open connect again.
    const closed = new Promise((resolve) => this.server.close(resolve))
    // Of the server's own list, connections that become WebSockets are missing.
    for (const socket of this.#connections) socket.destroy()
    await closed
  }
}

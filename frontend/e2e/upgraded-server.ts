/** A proxy that imitates the server after an upgrade: its build has another name, and the old files may be missing. */
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onwardTo } from './refusing-proxy'

const NAME = /(name\W+)[0-9a-f]{16}/

export class UpgradedServer {
  /** The name of its build; null: the real one. */
  build: string | null = null
  hasFiles = true
  readonly #server: Server

  constructor() {
    this.#server = createServer((incoming, outgoing) => {
      if (!this.hasFiles && incoming.url?.startsWith('/assets/')) {
        outgoing.writeHead(404).end()
        return
      }
      // The server must send the file although its copy in the browser has the same date.
      delete incoming.headers['if-modified-since']
      delete incoming.headers['if-none-match']
      const onward = request(onwardTo(incoming), (answer) => {
        if (this.build === null || incoming.url !== '/service-worker.js') {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
          return
        }
        const { build } = this
        void answer.toArray().then((parts: Buffer[]) => {
          outgoing.setHeader('Content-Type', 'text/javascript')
          outgoing.end(Buffer.concat(parts).toString().replace(NAME, `$1${build}`))
        })
      })
      onward.on('error', () => outgoing.destroy())
      incoming.pipe(onward)
    })
  }

  /** Starts the proxy and returns its URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

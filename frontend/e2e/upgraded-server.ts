/** A proxy that imitates the server after an upgrade: its build has another name, and the old files may be missing. */
import { request } from 'node:http'
import { LocalServer } from './local-server'
import { onwardTo } from './refusing-proxy'

const NAME = /(name\W+)[0-9a-f]{16}/

export class UpgradedServer extends LocalServer {
  /** The name of its build; null: the real one. */
  build: string | null = null
  hasFiles = true

  constructor() {
    super((incoming, outgoing) => {
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
}

/** A proxy in front of the server that refuses WebSockets, as some companies' proxies do, while `isRefusing`. */
import { request, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { LocalServer } from './local-server'

const target = new URL(process.env['E2E_BASE_URL'] ?? 'http://127.0.0.1:8000')

type Route = (incoming: IncomingMessage) => RequestOptions

export class RefusingProxy extends LocalServer {
  isRefusing = true
  refused = 0
  opened = 0
  /** The number of event streams that are open. */
  streams = 0
  readonly #route: Route

  /** `route` returns the target of a request. */
  constructor(route: Route = onwardTo) {
    super((incoming, outgoing) => {
      const onward = request(route(incoming), (answer) => {
        if (answer.headers['content-type'] === 'text/event-stream') this.#countStream(outgoing)
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        // The head of an event stream must arrive before its first event.
        outgoing.flushHeaders()
        answer.pipe(outgoing)
      })
      onward.on('error', () => outgoing.destroy())
      outgoing.on('close', () => onward.destroy())
      incoming.pipe(onward)
    })
    this.#route = route
    this.server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (this.isRefusing) {
        this.refused += 1
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
      } else {
        this.#upgrade(incoming, socket, head)
      }
    })
  }

  #countStream(response: ServerResponse): void {
    this.streams += 1
    response.on('close', () => (this.streams -= 1))
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const onward = request(this.#route(incoming))
    onward.on('upgrade', (answer, other, otherHead) => {
      this.opened += 1
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`)
      socket.write(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'))
      if (otherHead.length) socket.write(otherHead)
      if (head.length) other.write(head)
      for (const end of [socket, other]) end.on('error', () => end.destroy())
      socket.on('close', () => other.destroy())
      socket.pipe(other).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    socket.on('close', () => onward.destroy())
    onward.end()
  }
}

export function onwardTo({ method, url, headers }: IncomingMessage): RequestOptions {
  return { host: target.hostname, port: target.port, path: url, headers, ...(method && { method }) }
}

/** Fake chat socket: records the frames it receives and sends frames for a test. */
import type { ClientFrame, ServerFrame } from '../frames.gen.js'
import { eventually } from './eventually.js'

type Receiving = Pick<FakeConnection, 'received'>

export interface FakeConnection {
  url: string
  protocols: string[]
  received: ClientFrame[]
  send: (...frames: ServerFrame[]) => void
  sendText: (text: string) => void
  close: (code: number) => void
}

export class FakeChatServer {
  readonly connections: FakeConnection[] = []
  /** Whether it refuses handshakes, as some proxies do. */
  isRefusing = false
  /** The class whose sockets reach this server. */
  readonly WebSocket: typeof WebSocket

  constructor() {
    const connect = (socket: FakeSocket, url: string, protocols: string[]) => {
      if (this.isRefusing) socket.end(1006)
      else this.#accept(socket, url, protocols)
    }
    class Socket extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super()
        queueMicrotask(() => connect(this, url, protocols))
      }
    }
    this.WebSocket = Socket as unknown as typeof WebSocket
  }

  /** Resolves with the nth connection (from 1) once its `auth` has arrived. */
  async authenticating(number: number): Promise<FakeConnection> {
    return authenticating(this.connections, number)
  }

  #accept(socket: FakeSocket, url: string, protocols: string[]): void {
    if (socket.readyState === CLOSED) return
    const connection: FakeConnection = {
      url,
      protocols,
      received: [],
      send: (...frames) => frames.forEach((frame) => connection.sendText(JSON.stringify(frame))),
      sendText: (text) => socket.deliver(text),
      close: (code) => socket.end(code),
    }
    socket.onSend = (text) => connection.received.push(JSON.parse(text) as ClientFrame)
    this.connections.push(connection)
    socket.open()
  }
}

const OPEN = 1
const CLOSED = 3

class FakeSocket extends EventTarget {
  readyState = 0
  onSend: (text: string) => void = () => undefined

  open(): void {
    this.readyState = OPEN
    this.dispatchEvent(new Event('open'))
  }

  deliver(text: string): void {
    if (this.readyState === OPEN) this.dispatchEvent(new MessageEvent('message', { data: text }))
  }

  end(code: number): void {
    if (this.readyState === CLOSED) return
    this.readyState = CLOSED
    this.dispatchEvent(new CloseEvent('close', { code }))
  }

  send(text: string): void {
    this.onSend(text)
  }

  close(): void {
    this.end(1000)
  }
}

/** Resolves with the nth connection (from 1) once its `auth` has arrived. */
export async function authenticating<C extends Receiving>(
  connections: readonly C[],
  number: number,
): Promise<C> {
  return eventually(() => {
    const connection = connections[number - 1]
    if (!connection?.received.some(({ type }) => type === 'auth')) throw new Error(`no connection ${number}`)
    return connection
  })
}

/** Resolves with the first frame of this type that the connection receives. */
export async function received<T extends ClientFrame['type']>(
  connection: Receiving,
  type: T,
): Promise<Extract<ClientFrame, { type: T }>> {
  return eventually(() => {
    const frame = connection.received.find((other) => other.type === type)
    if (!frame) throw new Error(`no ${type}`)
    return frame as Extract<ClientFrame, { type: T }>
  })
}

export function authSuccess(
  change: Partial<Extract<ServerFrame, { type: 'auth.success'; conversation_id: string }>> = {},
): ServerFrame {
  return { type: 'auth.success', conversation_id: 'c1', revision: 1, leaf_id: null, active: null, ...change }
}

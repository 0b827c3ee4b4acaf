/** Fake chat socket: records the frames it receives and sends those a test tells it to. */
import { ws } from 'msw'
import type { ClientFrame, ServerFrame } from 'ai-chat-client'
import { eventually } from '@/test/eventually'
import { server } from '@/test/server'

const link = ws.link('ws://localhost:3000/ws/chat/:id/')

export interface FakeConnection {
  received: ClientFrame[]
  send: (...frames: ServerFrame[]) => void
  sendText: (text: string) => void
  close: (code: number) => void
}

export class FakeChatServer {
  readonly connections: FakeConnection[] = []

  constructor() {
    server.use(
      link.addEventListener('connection', ({ client }) => {
        const connection: FakeConnection = {
          received: [],
          send: (...frames) => {
            for (const frame of frames) client.send(JSON.stringify(frame))
          },
          sendText: (text) => client.send(text),
          close: (code) => client.close(code),
        }
        client.addEventListener('message', (event) => {
          connection.received.push(JSON.parse(event.data as string) as ClientFrame)
        })
        this.connections.push(connection)
      }),
    )
  }

  /** Resolves with the nth connection (from 1) once its `auth` has arrived. */
  async authenticating(number: number): Promise<FakeConnection> {
    return eventually(() => {
      const connection = this.connections[number - 1]
      if (!connection?.received.some(({ type }) => type === 'auth'))
        throw new Error(`no connection ${number}`)
      return connection
    })
  }
}

/** Resolves with the first frame of this type that the connection receives. */
export async function received<T extends ClientFrame['type']>(
  connection: FakeConnection,
  type: T,
): Promise<Extract<ClientFrame, { type: T }>> {
  return eventually(() => {
    const frame = connection.received.find((other) => other.type === type)
    if (!frame) throw new Error(`no ${type}`)
    return frame as Extract<ClientFrame, { type: T }>
  })
}

export function authSuccess(
  change: Partial<Extract<ServerFrame, { type: 'auth.success' }>> = {},
): ServerFrame {
  return { type: 'auth.success', conversation_id: 'c1', revision: 1, leaf_id: null, active: null, ...change }
}

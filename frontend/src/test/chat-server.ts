/** Fake chat socket: records the frames it receives and sends those a test tells it to. */
import { ws } from 'msw'
import type { ClientFrame } from 'ai-chat-client'
import { server } from '@/test/server'
import {
  authenticating,
  type FakeConnection as ClientConnection,
} from '../../../clients/typescript/src/test/chat-server'

export { authSuccess, received } from '../../../clients/typescript/src/test/chat-server'

const link = ws.link('ws://localhost:3000/ws/chat/:id/')

export type FakeConnection = Omit<ClientConnection, 'url' | 'protocols'>

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
    return authenticating(this.connections, number)
  }
}

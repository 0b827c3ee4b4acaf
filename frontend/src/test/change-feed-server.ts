/** Fake change feed: accepts every sign-in and sends the changes a test tells it to. */
import { ws } from 'msw'
import type { ClientFrame, ChangeFeedFrame, ChangeFeedSuccess } from 'ai-chat-client'
import { eventually } from '@/test/eventually'
import { server } from '@/test/server'

const link = ws.link('ws://localhost:3000/ws/events/')

export class FakeChangeFeedServer {
  /** The response to the next sign-in. */
  state: ChangeFeedSuccess = { type: 'auth.success', revision: 0, active: [] }
  signIns = 0
  #send: ((frame: ChangeFeedFrame) => void) | null = null
  #close: ((code: number) => void) | null = null

  constructor() {
    server.use(
      link.addEventListener('connection', ({ client }) => {
        const send = (frame: ChangeFeedFrame) => client.send(JSON.stringify(frame))
        client.addEventListener('message', (event) => {
          const frame = JSON.parse(event.data as string) as ClientFrame
          if (frame.type !== 'auth') return
          send(this.state)
          this.#send = send
          this.#close = (code) => client.close(code)
          this.signIns += 1
        })
      }),
    )
  }

  /** Sends a change once a client has signed in. */
  async send(frame: ChangeFeedFrame): Promise<void> {
    await this.signedIn(1)
    this.#send?.(frame)
  }

  async signedIn(times: number): Promise<void> {
    await eventually(() => {
      if (this.signIns < times) throw new Error(`signed in ${this.signIns} times`)
    })
  }

  close(code: number): void {
    this.#close?.(code)
  }
}

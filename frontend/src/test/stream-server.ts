/** Fake of the SSE change feed, for pages that no WebSocket reaches. */
import { http } from 'msw'
import { vi } from 'vitest'
import type { ChangeFeedFrame } from 'ai-chat-client'
import { server } from '@/test/server'
import { FakeStreamServer } from '../../../clients/typescript/src/test/stream-server'

/** Refuses every WebSocket handshake, as some proxies do. */
export function refuseHandshakes(): void {
  class RefusedSocket extends EventTarget {
    static readonly OPEN = 1
    readonly readyState = 3
    constructor() {
      super()
      queueMicrotask(() => this.dispatchEvent(new CloseEvent('close', { code: 1006 })))
    }
    close(): void {
      this.dispatchEvent(new Event('closed'))
    }
  }
  vi.stubGlobal('WebSocket', RefusedSocket)
}

/** Responds to each request with an event stream that begins with `first` and stays open. */
export class FakeChangeFeedStreamServer extends FakeStreamServer {
  override first: ChangeFeedFrame = { type: 'auth.success', revision: 0, active: [] }

  constructor() {
    super()
    server.use(http.get('/api/events', ({ request: { url, signal } }) => this.fetch(url, { signal })))
  }
}

/** Access of tests to their fake servers. */
import { Handshakes } from '../handshakes.js'
import type { ServerAccess, TokenSource } from '../server-access.js'

export const TOKENS: TokenSource = {
  token: () => Promise.resolve('token-1'),
  refresh: () => Promise.resolve('refreshed'),
}

export function accessTo(change: Partial<ServerAccess>): ServerAccess {
  return {
    apiUrl: (path) => `http://chat.test/api${path}`,
    socketUrl: (path) => `ws://chat.test${path}`,
    tokens: TOKENS,
    handshakes: new Handshakes(),
    ...change,
  }
}

/** The server of the page, as the client of the protocol reaches it. */
import { Handshakes, type ServerAccess } from 'ai-chat-client/internal'
import { apiUrl, socketUrl } from '@/api/base-urls'
import { session } from '@/api/session'

export const handshakes = new Handshakes()

export const chatServer: ServerAccess = {
  apiUrl,
  socketUrl,
  tokens: session,
  handshakes,
  userId: session.userId,
}

// The page may be on another network, which may let WebSockets through.
window.addEventListener('online', () => handshakes.recordSuccess())

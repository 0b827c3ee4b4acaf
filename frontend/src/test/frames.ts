/** Frames like the server's, for tests. */
import type { ServerFrame } from 'ai-chat-client'
import { answer, question } from '@/test/messages'

export { end, failure, refusal, stream } from '../../../clients/typescript/src/test/frames'

export function accepted(clientId: string, text: string): ServerFrame {
  return {
    type: 'chat.accepted',
    kind: 'message',
    client_id: clientId,
    message: question('q2', 'a1', text),
    reply: answer('a2', 'q2', { content: '', seq: 0, status: 'pending' }),
    run: 1,
    revision: 2,
  }
}

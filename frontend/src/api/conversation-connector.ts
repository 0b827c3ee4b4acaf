/** The connector of one conversation (`/ws/chat/<id>/`). */
import { Connector, type ConnectorEvents, type TokenSource } from '@/api/connector'
import { ConversationStream } from '@/api/conversation-stream'
import type { AnswerPosition, ServerFrame } from '@/types/frames.gen'

interface ConversationEvents extends ConnectorEvents<ServerFrame> {
  /** The position from which the server continues the answer on the screen. */
  resume: () => AnswerPosition | null
}

export function createConversationConnector(
  id: string,
  tokens: TokenSource,
  events: ConversationEvents,
): Connector<ServerFrame> {
  return new Connector(
    {
      path: `/ws/chat/${id}/`,
      openStream: (streamEvents) => new ConversationStream(id, streamEvents),
      authFrame: (token) => {
        const resume = events.resume()
        return resume ? { type: 'auth', token, resume } : { type: 'auth', token }
      },
    },
    tokens,
    events,
  )
}

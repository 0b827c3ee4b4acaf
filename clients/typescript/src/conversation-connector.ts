/** The connector of one conversation (`/ws/chat/<id>/`). */
import { Connector, type ConnectorEvents } from './connector.js'
import { ConversationStream } from './conversation-stream.js'
import type { AnswerPosition, ServerFrame } from './frames.gen.js'
import type { ServerAccess } from './server-access.js'

interface ConversationEvents extends ConnectorEvents<ServerFrame> {
  /** The position from which the server continues the answer on the screen. */
  resume: () => AnswerPosition | null
}

export function createConversationConnector(
  server: ServerAccess,
  id: string,
  events: ConversationEvents,
): Connector<ServerFrame> {
  return new Connector(
    server,
    {
      path: `/ws/chat/${id}/`,
      openStream: (streamEvents) => new ConversationStream(server, id, streamEvents),
      authFrame: (token) => {
        const resume = events.resume()
        return resume ? { type: 'auth', token, resume } : { type: 'auth', token }
      },
    },
    events,
  )
}

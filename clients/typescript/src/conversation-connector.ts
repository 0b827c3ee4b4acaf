/** The connector of one conversation (`/ws/chat/<id>/`). */
import { Connector, type ConnectorEvents } from './connector.js'
import { ConversationStream } from './conversation-stream.js'
import type { AnswerPosition, ServerFrame } from './frames.gen.js'
import { detectAnswerProgress } from './progress.js'
import type { ServerAccess } from './server-access.js'
import { type ConnectionNeed, StreamSlot } from './stream-slot.js'

interface ConversationEvents extends ConnectorEvents<ServerFrame> {
  /** The position from which the server continues the answer on the screen. */
  resume: () => AnswerPosition | null
  /** The `client_id` of the `auth` with that position, by which its refusal is recognized. */
  resumeId?: () => string
  /**
   * The need for the connection, in a page whose tabs share the event streams; the page reports changes with
   * `needChanged`.
   */
  need?: () => ConnectionNeed
}

export function createConversationConnector(
  server: ServerAccess,
  id: string,
  events: ConversationEvents,
): Connector<ServerFrame> {
  const { need } = events
  return new Connector(
    server,
    {
      path: `/ws/chat/${id}/`,
      openStream: (streamEvents) => new ConversationStream(server, id, streamEvents),
      requestSlot: need && ((slotEvents) => new StreamSlot(need, slotEvents)),
      authFrame: (token) => {
        const resume = events.resume()
        if (!resume) return { type: 'auth', token }
        return { type: 'auth', token, resume, ...(events.resumeId && { client_id: events.resumeId() }) }
      },
      isProgress: detectAnswerProgress(),
    },
    events,
  )
}

/** The connector of one conversation (`/ws/chat/<id>/`). */
import { Connector, type ConnectorEvents } from './connector.js'
import { ConversationStream } from './conversation-stream.js'
import type { Authenticate, ServerFrame } from './frames.gen.js'
import { createAnswerProgressDetector } from './progress.js'
import type { ServerAccess } from './server-access.js'
import { type ConnectionNeed, StreamSlot } from './stream-slot.js'

type ResumeFields = Pick<Authenticate, 'resume' | 'client_id'>

interface ConversationEvents extends ConnectorEvents<ServerFrame> {
  /** The position from which the server continues an answer; a refusal of it has its `client_id`, if there is one. */
  resume: () => ResumeFields
  /**
   * The need for the connection, in a page whose tabs share the event streams; the page reports changes with
   * `updateNeed`.
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
      authFrame: (token) => ({ type: 'auth', token, ...events.resume() }),
      detectProgress: createAnswerProgressDetector(),
    },
    events,
  )
}

/** The connector of the change feed (`/ws/events/`). */
import { ChangeFeedStream } from './change-feed-stream.js'
import { Connector, type ConnectorEvents } from './connector.js'
import type { ChangeFeedFrame } from './frames.gen.js'
import { createChangeProgressDetector } from './progress.js'
import type { ServerAccess } from './server-access.js'

export function createChangeFeedConnector(
  server: ServerAccess,
  events: ConnectorEvents<ChangeFeedFrame>,
): Connector<ChangeFeedFrame> {
  return new Connector(
    server,
    {
      path: '/ws/events/',
      openStream: (streamEvents) => new ChangeFeedStream(server, streamEvents),
      authFrame: (token) => ({ type: 'auth', token }),
      detectProgress: createChangeProgressDetector(),
    },
    events,
  )
}

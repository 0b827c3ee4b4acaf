/** The connector of the change feed (`/ws/events/`). */
import { ChangeFeedStream } from '@/api/change-feed-stream'
import { Connector, type ConnectorEvents, type TokenSource } from '@/api/connector'
import type { ChangeFeedFrame } from '@/types/frames.gen'

export function createChangeFeedConnector(
  tokens: TokenSource,
  events: ConnectorEvents<ChangeFeedFrame>,
): Connector<ChangeFeedFrame> {
  return new Connector(
    {
      path: '/ws/events/',
      openStream: (streamEvents) => new ChangeFeedStream(streamEvents),
      authFrame: (token) => ({ type: 'auth', token }),
    },
    tokens,
    events,
  )
}

/** The connector of the change feed (`/ws/events/`). */
import { ChangeFeedStream } from '@/api/change-feed-stream'
import { Connector, type ConnectorEvents, type TokenSource } from '@/api/connector'
import type { EventsFrame } from '@/types/frames.gen'

export function createChangeFeedConnector(
  tokens: TokenSource,
  events: ConnectorEvents<EventsFrame>,
): Connector<EventsFrame> {
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

/** The state of a connection, as far as the screen shows it. */
export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  | { kind: 'waiting' }
  /** Other tabs use the connections that a browser allows. */
  | { kind: 'queued' }
  | { kind: 'closed'; reason: 'no-conversation' | 'signed-out' | 'ended' }

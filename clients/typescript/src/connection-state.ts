/** The state of a connection, as pages show it. */
export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  | { kind: 'waiting' }
  /** Other tabs use the connections that a browser allows. */
  | { kind: 'queued' }
  | { kind: 'closed'; reason: 'no-conversation' | 'signed-out' | 'ended' }

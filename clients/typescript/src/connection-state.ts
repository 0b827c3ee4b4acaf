/**
 * The state of a connection, as pages show it. `waiting`: until the next attempt to connect. `queued`: until other tabs
 * leave one of the connections that a browser allows.
 */
export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  | { kind: 'waiting' }
  | { kind: 'queued' }
  | { kind: 'closed'; reason: 'no-conversation' | 'signed-out' | 'ended' }

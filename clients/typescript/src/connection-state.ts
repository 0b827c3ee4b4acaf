/** The state of a connection, as far as the screen shows it. */
export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  | { kind: 'waiting' }
  | { kind: 'closed'; reason: 'no-conversation' | 'signed-out' | 'ended' }

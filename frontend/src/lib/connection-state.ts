/** What the screen shows of a connection that is kept open. */
export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  | { kind: 'waiting' }
  | { kind: 'closed'; reason: 'no-conversation' | 'signed-out' | 'ended' }

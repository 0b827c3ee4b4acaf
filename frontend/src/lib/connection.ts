/** The one state of a conversation's connection. */
export type Connection =
  | { kind: 'connecting' }
  | { kind: 'open' }
  | { kind: 'waiting'; attempt: number }
  | { kind: 'closed'; reason: 'no-conversation' | 'signed-out' | 'ended' }

/** The states of a connector and the moves between them. */
import type { Connection } from './connection.js'
import type { SocketTrial } from './socket-trial.js'
import type { ConnectionState } from './connection-state.js'
import type { StreamSlot } from './stream-slot.js'

type Timer = ReturnType<typeof setTimeout> | undefined

export interface Attempts {
  /** Lost and failed connections since the last successful one (P-12.2); the back-off grows with them. */
  failures: number
  /** Refused sign-ins since the last accepted one. */
  refusals: number
}

export const NO_ATTEMPTS: Attempts = { failures: 0, refusals: 0 }

/** The trial and the slot of an event stream; both null for a WebSocket. */
interface StreamParts {
  trial: SocketTrial | null
  /** Also null for streams that need no slot. */
  slot: StreamSlot | null
}

/** A connection with its timers. */
interface Connected extends StreamParts {
  connection: Connection
  /** Ends when the server has been silent for too long. */
  deadline: Timer
}

/** Each state owns its timers and its connection: `releaseState` ends them when the state is left. */
export type ConnectorState =
  | { kind: 'closed'; reason: 'no-conversation' | 'signed-out' | 'ended' }
  /** Waits until the other tabs leave a slot for an event stream. */
  | ({ kind: 'queued'; attempts: Attempts; slot: StreamSlot } & StreamParts)
  /** Gets an access token. */
  | { kind: 'authorizing'; attempts: Attempts; slot: StreamSlot | null }
  | ({ kind: 'signing-in'; attempts: Attempts } & Connected)
  /** `since` is in milliseconds since 1970. */
  | ({ kind: 'open'; attempts: Attempts; since: number } & Connected)
  /** The server asked for no connection before `notBefore`, in milliseconds since 1970 (P-9.10). */
  | { kind: 'waiting'; attempts: Attempts; retry: Timer; notBefore: number }

type Kind = ConnectorState['kind']

const TRANSITIONS: Record<Kind, readonly Kind[]> = {
  closed: ['queued', 'authorizing'],
  queued: ['queued', 'authorizing', 'closed'],
  authorizing: ['queued', 'authorizing', 'signing-in', 'waiting', 'closed'],
  'signing-in': ['queued', 'authorizing', 'open', 'waiting', 'closed'],
  open: ['queued', 'authorizing', 'waiting', 'closed'],
  waiting: ['queued', 'authorizing', 'closed'],
}

/** Throws on a transition that must never happen. */
export function assertTransition(from: Kind, to: Kind): void {
  if (!TRANSITIONS[from].includes(to)) throw new Error(`A connector cannot move from ${from} to ${to}.`)
}

/** Ends the timers, the connection and the slot of a state, unless `next` keeps them. */
export function releaseState(state: ConnectorState, next: ConnectorState): void {
  if (state.kind === 'waiting') clearTimeout(state.retry)
  if ('trial' in state && !('trial' in next && next.trial === state.trial)) state.trial?.stop()
  if ('slot' in state && !('slot' in next && next.slot === state.slot)) state.slot?.release()
  if (!('connection' in state)) return
  if ('connection' in next && next.connection === state.connection) return
  clearTimeout(state.deadline)
  state.connection.close()
}

export function toConnectionState(state: ConnectorState): ConnectionState {
  switch (state.kind) {
    case 'closed':
      return { kind: 'closed', reason: state.reason }
    case 'authorizing':
    case 'signing-in':
      return { kind: 'connecting' }
    case 'open':
    case 'queued':
    case 'waiting':
      return { kind: state.kind }
  }
}

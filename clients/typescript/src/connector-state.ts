/** The states of a connector and the moves between them. */
import type { Connection } from './connection.js'
import type { SocketTrial } from './socket-trial.js'
import type { ConnectionState } from './connection-state.js'

type Timer = ReturnType<typeof setTimeout> | undefined

/** Tries since the server last accepted a sign-in. */
export interface Tries {
  /** How many connections were lost or failed; the back-off grows with it. */
  failed: number
  /** How many sign-ins the server refused. */
  refused: number
}

export const NO_TRIES: Tries = { failed: 0, refused: 0 }

/** A connection with its timers. */
interface Connected {
  connection: Connection
  /** Ends when the server has been silent for too long. */
  deadline: Timer
  /** Present while an event stream takes the place of a WebSocket. */
  trial: SocketTrial | null
}

/** Each state owns its timers and its connection: `releaseState` ends them when the state is left. */
export type ConnectorState =
  | { kind: 'closed'; reason: 'no-conversation' | 'signed-out' | 'ended' }
  /** Gets an access token. */
  | { kind: 'authorizing'; tries: Tries }
  | ({ kind: 'signing-in'; tries: Tries } & Connected)
  | ({ kind: 'open' } & Connected)
  | { kind: 'waiting'; tries: Tries; retry: Timer }

type Kind = ConnectorState['kind']

const MOVES: Record<Kind, readonly Kind[]> = {
  closed: ['authorizing'],
  authorizing: ['authorizing', 'signing-in', 'waiting', 'closed'],
  'signing-in': ['authorizing', 'open', 'waiting', 'closed'],
  open: ['authorizing', 'waiting', 'closed'],
  waiting: ['authorizing', 'closed'],
}

/** Throws on a move that the connector must never make. */
export function checkMove(from: Kind, to: Kind): void {
  if (!MOVES[from].includes(to)) throw new Error(`A connector cannot move from ${from} to ${to}.`)
}

/** Ends the timers and the connection of a state, except a connection that `next` keeps. */
export function releaseState(state: ConnectorState, next: ConnectorState): void {
  if (state.kind === 'waiting') clearTimeout(state.retry)
  if (!('connection' in state)) return
  if ('connection' in next && next.connection === state.connection) return
  clearTimeout(state.deadline)
  state.trial?.stop()
  state.connection.close()
}

export function shownState(state: ConnectorState): ConnectionState {
  switch (state.kind) {
    case 'closed':
      return { kind: 'closed', reason: state.reason }
    case 'authorizing':
    case 'signing-in':
      return { kind: 'connecting' }
    case 'open':
    case 'waiting':
      return { kind: state.kind }
  }
}

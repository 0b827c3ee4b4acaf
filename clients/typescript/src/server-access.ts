/** Access to the server: its URLs, tokens and transports. */
import type { Handshakes } from './handshakes.js'

export type RefreshOutcome = 'refreshed' | 'refused' | 'unreachable'

export interface TokenSource {
  /** An access token; null if none is available now. */
  token: () => Promise<string | null>
  /** Gets another token, because the server has refused the previous one. */
  refresh: () => Promise<RefreshOutcome>
}

export interface ServerAccess {
  /** The URL of a path of the API, such as `/conversations/`. */
  apiUrl: (path: string) => string
  /** The URL of the path of a WebSocket, such as `/ws/events/`. */
  socketUrl: (path: string) => string
  tokens: TokenSource
  handshakes: Handshakes
  /** The id of the user, in a page whose tabs share the change feed; absent elsewhere. */
  userId?: () => string
  /** The longest delay before connecting again, in milliseconds; 20 seconds by default. */
  maxDelay?: number | undefined
  /** Replaces the platform's `WebSocket`. */
  WebSocket?: typeof WebSocket | undefined
  /** Replaces the platform's `fetch`. */
  fetch?: typeof fetch | undefined
}

/** The base URL of a server, without a slash at its end. */
export function baseUrlOf(url: string): string {
  return new URL(url).href.replace(/\/$/, '')
}

/** False in a Node that has no WebSocket: there, event streams take their place. */
export function hasSockets({ WebSocket: given }: ServerAccess): boolean {
  return given !== undefined || typeof WebSocket !== 'undefined'
}

/** Opens a WebSocket that offers this version of the protocol (docs/protocol.md: P-10.1). */
export function openSocket({ WebSocket: given, socketUrl }: ServerAccess, path: string): WebSocket {
  return new (given ?? WebSocket)(socketUrl(path), [SUBPROTOCOL])
}

/** Requests a path of the API with an access token. Follows no redirect, which would lead the token elsewhere. */
export function requestWith(
  token: string,
  { fetch: given, apiUrl }: ServerAccess,
  path: string,
  { headers, ...request }: RequestInit,
): Promise<Response> {
  const all = new Headers(headers)
  all.set('Authorization', `Bearer ${token}`)
  return (given ?? fetch)(apiUrl(path), { ...request, headers: all, redirect: 'manual' })
}

const SUBPROTOCOL = 'ai-chat.2026-12'

/** Errors of the client. Lost connections are not errors: the client reconnects and continues. */

/** The base class of all errors of the client. */
export class ChatError extends Error {
  override readonly name: string = 'ChatError'
}

/**
 * The server has refused a command; the model was not asked. `code` is a code of the protocol (docs/protocol.md,
 * section 6), or `CLOSED` if the server closed the connection because of the command; `retryAfter` is in seconds.
 */
export class RefusedError extends ChatError {
  override readonly name = 'RefusedError'
  readonly code: string
  readonly retryAfter: number | null

  constructor(code: string, message: string, retryAfter: number | null = null) {
    super(message)
    this.code = code
    this.retryAfter = retryAfter
  }
}

/**
 * The REST API, or a proxy before it, has refused a call with an HTTP `status`. `code` is a code of docs/api.md, or
 * `HTTP_ERROR` if the response does not come from the server; `retryAfter` is in seconds.
 */
export class ApiError extends ChatError {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly retryAfter: number | null

  constructor(status: number, code: string, message: string, retryAfter: number | null = null) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
  }
}

/** The session has ended, or the password is wrong: sign in again. */
export class SignedOutError extends ChatError {
  override readonly name = 'SignedOutError'
}

/** The conversation does not exist: it was deleted, or is another user's. */
export class GoneError extends ChatError {
  override readonly name = 'GoneError'
}

/** The user has as many connections as the server allows. */
export class TooManyConnectionsError extends ChatError {
  override readonly name = 'TooManyConnectionsError'
}

/** The program has closed the conversation. The answer continues on the server. */
export class ClosedError extends ChatError {
  override readonly name = 'ClosedError'
}

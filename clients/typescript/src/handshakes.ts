/** After three failed WebSocket handshakes in a row, event streams take their place (docs/protocol.md: P-9.7). */
const MAX_FAILURES = 3

/** Counts the WebSocket handshakes with one server that failed in a row. */
export class Handshakes {
  #failures = 0

  areFailing(): boolean {
    return this.#failures >= MAX_FAILURES
  }

  recordSuccess(): void {
    this.#failures = 0
  }

  recordFailure(): void {
    this.#failures += 1
  }

  /** An event stream failed too, so WebSockets are not the cause: the next connection tries one first. */
  allowNextTry(): void {
    this.#failures = Math.min(this.#failures, MAX_FAILURES - 1)
  }
}

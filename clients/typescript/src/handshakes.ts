/**
 * Counts the WebSocket handshakes with one server that failed in a row: after three, event streams take their place
 * (docs/protocol.md: P-9.7).
 */
const MAX_FAILURES = 3

export class Handshakes {
  #failures = 0

  areRefused(): boolean {
    return this.#failures >= MAX_FAILURES
  }

  succeeded(): void {
    this.#failures = 0
  }

  failed(): void {
    this.#failures += 1
  }

  /** An event stream failed too, so WebSockets are not the cause: the next connection tries one first. */
  allowNextTry(): void {
    this.#failures = Math.min(this.#failures, MAX_FAILURES - 1)
  }
}

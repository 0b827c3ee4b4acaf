/** Counts the WebSocket handshakes of this page that failed in a row: after three, event streams take their place. */
const MOST_FAILURES = 3

let failures = 0

export const handshakes = {
  areRefused: (): boolean => failures >= MOST_FAILURES,

  succeeded(): void {
    failures = 0
  },

  failed(): void {
    failures += 1
  },

  /** An event stream failed too, so WebSockets are not the cause: the next connection tries one first. */
  areNotToBlame(): void {
    failures = Math.min(failures, MOST_FAILURES - 1)
  },
}

// The page may be on another network, which may let WebSockets through.
window.addEventListener('online', () => handshakes.succeeded())

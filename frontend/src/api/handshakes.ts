/** How the WebSocket handshakes of this page went: where they fail again and again, plain HTTP takes their place. */
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

  /** Plain HTTP got through no better: it was not the WebSockets, and they are tried again first. */
  areNotToBlame(): void {
    failures = Math.min(failures, MOST_FAILURES - 1)
  },
}

// Another network, perhaps one that lets them through.
window.addEventListener('online', () => handshakes.succeeded())

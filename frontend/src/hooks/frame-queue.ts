/** How long frames wait in a hidden page, which draws nothing. */
const HIDDEN_FLUSH_MS = 250
/** After what took long to draw, the page is left alone for so many times as long. */
const REST_FACTOR = 2
const LONGEST_REST_MS = 1_000
const FRAME_MS = 16

/**
 * Gathers what arrives between two drawn frames of the screen, so that a fast model costs one render each; and
 * fewer where a render is dear, so that the page stays free for its reader.
 */
export class FrameQueue<T> {
  readonly #take: (items: T[]) => void
  #items: T[] = []
  #cancel: (() => void) | null = null
  #restsUntil = 0

  constructor(take: (items: T[]) => void) {
    this.#take = take
  }

  push(item: T): void {
    this.#items.push(item)
    this.#cancel ??= schedule(() => this.flush(), this.#restsUntil - performance.now())
  }

  /** Hands over at once what is waiting. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = null
    const items = this.#items
    this.#items = []
    if (items.length === 0) return
    const start = performance.now()
    this.#take(items)
    // What is taken is drawn before the next task begins.
    setTimeout(() => {
      const now = performance.now()
      this.#restsUntil = now + Math.min((now - start) * REST_FACTOR, LONGEST_REST_MS)
    })
  }
}

/** In a frame, so that what is taken is laid out once with everything else of it. */
function schedule(run: () => void, rest: number): () => void {
  let frame = 0
  const ask = () => {
    frame = requestAnimationFrame(run)
  }
  const begin = document.hidden || rest <= FRAME_MS ? undefined : setTimeout(ask, rest)
  if (begin === undefined && !document.hidden) ask()
  // A page that is hidden draws no frame, and one that is hidden before it draws would wait until it is seen again.
  const timer = setTimeout(run, Math.max(rest, 0) + HIDDEN_FLUSH_MS)
  return () => {
    clearTimeout(begin)
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}

/** How long frames wait in a hidden page, which draws nothing. */
const HIDDEN_FLUSH_MS = 250

/** Gathers what arrives between two drawn frames of the screen, so that a fast model costs one render each. */
export class FrameQueue<T> {
  readonly #flush: (items: T[]) => void
  #items: T[] = []
  #cancel: (() => void) | null = null

  constructor(flush: (items: T[]) => void) {
    this.#flush = flush
  }

  push(item: T): void {
    this.#items.push(item)
    this.#cancel ??= schedule(() => this.flush())
  }

  /** Hands over at once what is waiting. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = null
    const items = this.#items
    this.#items = []
    if (items.length > 0) this.#flush(items)
  }
}

function schedule(run: () => void): () => void {
  if (document.visibilityState === 'hidden') {
    const timer = setTimeout(run, HIDDEN_FLUSH_MS)
    return () => clearTimeout(timer)
  }
  const frame = requestAnimationFrame(run)
  // A page that is hidden before it draws would wait until it is seen again.
  const timer = setTimeout(run, HIDDEN_FLUSH_MS)
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}

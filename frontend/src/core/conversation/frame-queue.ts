/** `FrameQueue`: as many frames of answers per paint as the page has time to render. */

/** How long items wait in a hidden page, which paints nothing. */
const HIDDEN_FLUSH_MS = 250
/** The longest time that one render may take, roughly: the page does not react to input meanwhile. */
const RENDER_MS = 40
/** A render this short needs no limit. */
const CHEAP_MS = 8
/** Rendering fewer items at once is hardly faster. */
const MIN_BATCH = 10
/** The part of the waiting items that is always rendered, so that a fast model cannot make them pile up. */
const MIN_FRACTION = 1 / 8
/** After a long render the page rests for this multiple of its time. */
const REST_FACTOR = 0.5
const MAX_REST_MS = 1_000
const PAINT_MS = 16

/**
 * Collects items between two paints, so that a fast model costs one render per paint. When renders are slow, there are
 * fewer of them, and each takes only as many items as it has time for.
 * Decision 32 (docs/decisions/0032-a-frame-queue-with-a-time-limit.md) says why `useDeferredValue` does not do this.
 */
export class FrameQueue<T> {
  readonly #take: (items: T[]) => void
  #items: T[] = []
  #cancel: (() => void) | null = null
  #restsUntil = 0
  #batch = Number.POSITIVE_INFINITY

  constructor(take: (items: T[]) => void) {
    this.#take = take
  }

  push(item: T): void {
    this.#items.push(item)
    this.#ask()
  }

  /** Hands over all waiting items at once. */
  flush(): void {
    this.#handOver(this.#items.length)
  }

  #ask(): void {
    if (this.#items.length === 0) return
    this.#cancel ??= schedule(() => this.#render(), this.#restsUntil - performance.now())
  }

  #render(): void {
    const waiting = this.#items.length
    const count = document.hidden ? waiting : Math.ceil(Math.max(this.#batch, waiting * MIN_FRACTION))
    const start = performance.now()
    this.#handOver(count)
    // React renders the items before the next task begins.
    setTimeout(() => {
      const now = performance.now()
      const took = now - start
      const batch = took < CHEAP_MS ? Number.POSITIVE_INFINITY : (Math.min(count, waiting) * RENDER_MS) / took
      this.#batch = Math.max(batch, MIN_BATCH)
      this.#restsUntil = now + Math.min(took * REST_FACTOR, MAX_REST_MS)
      this.#ask()
    })
  }

  #handOver(count: number): void {
    this.#cancel?.()
    this.#cancel = null
    const items = this.#items.splice(0, count)
    if (items.length > 0) this.#take(items)
  }
}

/** Runs with the next paint, so that the items are laid out once together with everything else. */
function schedule(run: () => void, rest: number): () => void {
  let paint = 0
  const ask = () => {
    paint = requestAnimationFrame(run)
  }
  const begin = document.hidden || rest <= PAINT_MS ? undefined : setTimeout(ask, rest)
  if (begin === undefined && !document.hidden) ask()
  // A hidden page does not paint, and a page that is hidden before the paint would wait until it is visible again.
  const timer = setTimeout(run, Math.max(rest, 0) + HIDDEN_FLUSH_MS)
  return () => {
    clearTimeout(begin)
    cancelAnimationFrame(paint)
    clearTimeout(timer)
  }
}

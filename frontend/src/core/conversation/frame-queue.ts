/** `FrameQueue`: hands over queued frames once per paint, at most as many as the page can render in time. */

/** How long items wait in a hidden page, which paints nothing. */
const HIDDEN_FLUSH_MS = 250
/** The longest time that one render may take, roughly: the page does not react to input meanwhile. */
const RENDER_MS = 40
/** A render this short needs no limit. */
const UNLIMITED_BELOW_MS = 8
/** Rendering fewer items at once is hardly faster. */
const MIN_BATCH = 10
/** The fraction of the waiting items that is always rendered, so that a fast model cannot make them pile up. */
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
  readonly #onItems: (items: T[]) => void
  #items: T[] = []
  #cancelRender: (() => void) | null = null
  #restsUntil = 0
  #batchLimit = Number.POSITIVE_INFINITY

  constructor(onItems: (items: T[]) => void) {
    this.#onItems = onItems
  }

  push(item: T): void {
    this.#items.push(item)
    this.#scheduleRender()
  }

  /** Hands over all waiting items at once. */
  flush(): void {
    this.#handOver(this.#items.length)
  }

  #scheduleRender(): void {
    if (this.#items.length === 0) return
    this.#cancelRender ??= schedule(() => this.#render(), this.#restsUntil - performance.now())
  }

  #render(): void {
    const waiting = this.#items.length
    const count = document.hidden ? waiting : Math.ceil(Math.max(this.#batchLimit, waiting * MIN_FRACTION))
    const start = performance.now()
    this.#handOver(count)
    // React renders the items before the next task begins.
    setTimeout(() => {
      const now = performance.now()
      const took = now - start
      const batch =
        took < UNLIMITED_BELOW_MS ? Number.POSITIVE_INFINITY : (Math.min(count, waiting) * RENDER_MS) / took
      this.#batchLimit = Math.max(batch, MIN_BATCH)
      this.#restsUntil = now + Math.min(took * REST_FACTOR, MAX_REST_MS)
      this.#scheduleRender()
    })
  }

  #handOver(count: number): void {
    this.#cancelRender?.()
    this.#cancelRender = null
    const items = this.#items.splice(0, count)
    if (items.length > 0) this.#onItems(items)
  }
}

/** Runs with the first paint after `rest`, so that the items are laid out once together with everything else. */
function schedule(run: () => void, rest: number): () => void {
  // A hidden page does not paint, and a page that is hidden before the paint would wait until it is visible again.
  const fallback = setTimeout(run, Math.max(rest, 0) + HIDDEN_FLUSH_MS)
  if (document.hidden) return () => clearTimeout(fallback)
  let paint = 0
  const requestPaint = () => {
    paint = requestAnimationFrame(run)
  }
  const restTimer = rest > PAINT_MS ? setTimeout(requestPaint, rest) : undefined
  if (restTimer === undefined) requestPaint()
  return () => {
    clearTimeout(restTimer)
    cancelAnimationFrame(paint)
    clearTimeout(fallback)
  }
}

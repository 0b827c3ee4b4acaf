/** How long frames wait in a hidden page, which draws nothing. */
const HIDDEN_FLUSH_MS = 250
/** What is drawn at once is no more than takes about so long: until then the page hears nothing of its reader. */
const DRAW_MS = 40
/** Who draws in less has no need to spare any. */
const CHEAP_MS = 8
/** Fewer at once are hardly drawn any faster. */
const LEAST_SHARE = 10
/** Of what waits so much is always drawn, in parts of all: what comes faster than it can be drawn piles up to no more. */
const LEAST_PART = 1 / 8
/** After what took long to draw, the page is left alone for so many times as long. */
const REST_FACTOR = 0.5
const LONGEST_REST_MS = 1_000
const FRAME_MS = 16

/**
 * Gathers what arrives between two drawn frames of the screen, so that a fast model costs one render each. Where a
 * render is dear, there are fewer of them, and each draws no more than the page can spare the time for.
 */
export class FrameQueue<T> {
  readonly #take: (items: T[]) => void
  #items: T[] = []
  #cancel: (() => void) | null = null
  #restsUntil = 0
  #share = Number.POSITIVE_INFINITY

  constructor(take: (items: T[]) => void) {
    this.#take = take
  }

  push(item: T): void {
    this.#items.push(item)
    this.#ask()
  }

  /** Hands over at once all that is waiting. */
  flush(): void {
    this.#handOver(this.#items.length)
  }

  #ask(): void {
    if (this.#items.length === 0) return
    this.#cancel ??= schedule(() => this.#draw(), this.#restsUntil - performance.now())
  }

  #draw(): void {
    const waiting = this.#items.length
    const count = document.hidden ? waiting : Math.ceil(Math.max(this.#share, waiting * LEAST_PART))
    const start = performance.now()
    this.#handOver(count)
    // What is taken is drawn before the next task begins.
    setTimeout(() => {
      const now = performance.now()
      const took = now - start
      const share = took < CHEAP_MS ? Number.POSITIVE_INFINITY : (Math.min(count, waiting) * DRAW_MS) / took
      this.#share = Math.max(share, LEAST_SHARE)
      this.#restsUntil = now + Math.min(took * REST_FACTOR, LONGEST_REST_MS)
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

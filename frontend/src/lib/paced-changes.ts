interface Change {
  /** Lower ranks come first. */
  rank: number
  make: () => void
}

/**
 * Applies at most one change per animation frame, so that many changes do not block the page. The last change per key
 * wins.
 */
export class PacedChanges<K> {
  readonly #changes = new Map<K, Change>()
  #isScheduled = false

  put(key: K, rank: number, make: () => void): void {
    this.#changes.set(key, { rank, make })
    this.#schedule()
  }

  remove(key: K): void {
    this.#changes.delete(key)
  }

  #schedule(): void {
    if (this.#isScheduled || this.#changes.size === 0) return
    this.#isScheduled = true
    requestAnimationFrame(() => {
      this.#isScheduled = false
      const [first] = [...this.#changes].sort(([, a], [, b]) => a.rank - b.rank)
      if (!first) return
      this.#changes.delete(first[0])
      first[1].make()
      this.#schedule()
    })
  }
}

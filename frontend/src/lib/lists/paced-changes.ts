interface Change {
  /** Lower ranks come first. */
  rank: number
  apply: () => void
}

/**
 * Applies at most one change per animation frame, so that many changes do not block the page. A later change of the
 * same key replaces a waiting one.
 */
export class PacedChanges<K> {
  readonly #changes = new Map<K, Change>()
  #isScheduled = false

  put(key: K, rank: number, apply: () => void): void {
    this.#changes.set(key, { rank, apply })
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
      first[1].apply()
      this.#schedule()
    })
  }
}

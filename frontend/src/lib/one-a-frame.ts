interface Change {
  /** The smaller, the sooner. */
  rank: number
  make: () => void
}

/**
 * Makes changes to the page one a frame, so that none of many holds it up. Of several to the same thing only the last
 * is made.
 */
export class OneAFrame<K> {
  readonly #changes = new Map<K, Change>()
  #isAsked = false

  put(key: K, rank: number, make: () => void): void {
    this.#changes.set(key, { rank, make })
    this.#ask()
  }

  remove(key: K): void {
    this.#changes.delete(key)
  }

  #ask(): void {
    if (this.#isAsked || this.#changes.size === 0) return
    this.#isAsked = true
    requestAnimationFrame(() => {
      this.#isAsked = false
      const [first] = [...this.#changes].sort(([, a], [, b]) => a.rank - b.rank)
      if (!first) return
      this.#changes.delete(first[0])
      first[1].make()
      this.#ask()
    })
  }
}

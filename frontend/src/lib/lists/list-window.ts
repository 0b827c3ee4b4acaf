/**
 * The rows of a long list worth rendering, which are near the view. Pure; all lengths in rem.
 * Decision 29 (docs/decisions/0029-our-own-list-window.md) says why no library does this.
 */

export interface Span {
  from: number
  to: number
}

export interface RowHeights {
  heading: number
  row: number
}

/** The view with a wide margin, rounded to steps, so that it does not change when the user scrolls a little. */
export function spanAround(top: number, height: number): Span {
  const STEP = 20
  return {
    from: Math.floor(top / STEP) * STEP - STEP,
    to: Math.ceil((top + height) / STEP) * STEP + STEP,
  }
}

/** The first rendered row of each section and the row after the last, from the number of its rows. */
export function rowsWithin(counts: readonly number[], heights: RowHeights, { from, to }: Span): Span[] {
  let top = 0
  return counts.map((count) => {
    const start = top + heights.heading
    top = start + count * heights.row
    const clamp = (index: number) => Math.min(Math.max(index, 0), count)
    return {
      from: clamp(Math.floor((from - start) / heights.row)),
      to: clamp(Math.ceil((to - start) / heights.row)),
    }
  })
}

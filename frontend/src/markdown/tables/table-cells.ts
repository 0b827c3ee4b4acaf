/**
 * The cells of a table's row. Bars in formulas and escaped bars separate none; bars in code do, as in GitHub's
 * Markdown.
 */
import { isUnfinishedFormula } from '@/markdown/math/unfinished-formula'
import { findFormulas } from '@/markdown/math/math'
import { mayStayInCell } from '@/markdown/math/tex'

const OUTER_BARS = /^\s*\||\|\s*$/g

/** The positions of the bars that separate cells. */
export function findBars(row: string): number[] {
  const bars: number[] = []
  if (!row.includes('|')) return bars
  const formulas = findFormulas(row, () => true)
  let next = 0
  for (let at = 0; at < row.length; at += 1) {
    const character = row.charAt(at)
    if (formulas[next]?.from === at) {
      at = (formulas[next]?.to ?? at + 1) - 1
      next += 1
    } else if (character === '\\' && !/[([]/.test(row.charAt(at + 1))) at += 1
    else if (character === '|') bars.push(at)
    else if (beginsFormula(row, at)) break
  }
  return bars
}

export function cellCount(row: string): number {
  const bare = row.replace(OUTER_BARS, '')
  return findBars(bare).length + 1
}

/** The text of each cell. */
export function cellsOf(row: string): string[] {
  const bare = row.replace(OUTER_BARS, '')
  const bars = findBars(bare)
  return [...bars, bare.length].map((end, index) => bare.slice((bars[index - 1] ?? -1) + 1, end).trim())
}

/** The beginning of the last cell, in a row that is still being written. */
export function startOfCell(row: string): number {
  return (findBars(row).at(-1) ?? -1) + 1
}

/** Whether what follows in the row may become a formula with bars. */
function beginsFormula(row: string, at: number): boolean {
  const mark = /^(?:\$\$?|\\[([])/.exec(row.slice(at, at + 2))?.[0]
  if (mark === undefined || !isUnfinishedFormula(row, at, mark.length)) return false
  return mark !== '$' || mayStayInCell(row.slice(at + 1))
}

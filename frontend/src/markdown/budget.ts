/**
 * Limits of what is parsed as Markdown. Parsers match emphasis, links and nesting in quadratic time, so text from a
 * model that is mostly marks would freeze the page. Everything here takes linear time.
 */
import { closesFence, type FenceMark, fenceOf } from '@/markdown/syntax/fences'
import { fencedCode } from '@/markdown/syntax/markdown-blocks'

const MARKS = /([*_~])\1*|[[\]`$]|<[?!]|\\[([]|^(?:=+|-+)[ \t]*$/gm
const TABLE_LINE = /^[ \t]*(?:\|[ \t]*)?:?-/
const LIST_LINE = /^\s*(?:[-*+]|\d{1,9}[.)])\s+\S/
/** Deeper nesting of quotes and lists is not meant to be read. */
const DEEP_NESTING = /^[ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])[ \t])[ \t]*){50}/m

const MAX_BLOCK_LENGTH = 100_000
/** In one paragraph: all of them are matched with each other. */
const MAX_MARKS_TOGETHER = 1_000
const MAX_MARKS = 10_000
/** Every row of a table gets as many cells as its header. */
const MAX_CELLS = 10_000
/** In the blocks of an answer that are parsed. */
const MAX_MARKS_PER_ANSWER = 20_000
/** A formula costs more than other marks: drawing it takes about a millisecond, and more if it is long. */
const FORMULA_MARKS = /\$\$?|\\[([]/g
const COST_OF_FORMULA_MARK = 5
const COST_OF_TEX_CHARACTER = 0.25

/** Whether the block is shown as plain text, because parsing and rendering it would take too long. */
export function isOverBudget(block: string): boolean {
  if (fencedCode(block)) return false
  return (
    block.length > MAX_BLOCK_LENGTH ||
    DEEP_NESTING.test(block) ||
    hasTooManyMarks(block) ||
    hasTooManyCells(block)
  )
}

/** The part of an answer's budget that parsing a block costs. */
export function costOf(block: string): number {
  const fence = fencedCode(block)
  if (fence) return fence.name.toLowerCase() === 'math' ? costOfFormulas(2, block) : 0
  return countMarks(block) + costOfFormulas(block.match(FORMULA_MARKS)?.length ?? 0, block)
}

function costOfFormulas(marks: number, block: string): number {
  return marks === 0 ? 0 : marks * COST_OF_FORMULA_MARK + block.length * COST_OF_TEX_CHARACTER
}

/** How many blocks of an answer are parsed; those after them are shown as plain text. */
export function countAffordable(costs: readonly number[]): number {
  let left = MAX_MARKS_PER_ANSWER
  const first = costs.findIndex((cost) => (left -= cost) < 0)
  return first < 0 ? costs.length : first
}

/** Words this long are laid out without kerning, which takes quadratic time in Inter. */
const LONG_WORD = 1_000

/** Whether the text has a word that slows its layout down. Ideographs do not count: lines break between them. */
export function hasLongWord(text: string): boolean {
  let length = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    length = code > 0x20 && code < 0x2e80 ? length + 1 : 0
    if (length >= LONG_WORD) return true
  }
  return false
}

function hasTooManyMarks(block: string): boolean {
  let together = 0
  let all = 0
  let deepest = -2
  let fence: FenceMark | null = null
  for (const line of block.split('\n')) {
    const indent = line.length - line.trimStart().length
    // Each list item is a separate paragraph, unless it is indented so far that it continues the one before.
    const isReachable = indent <= deepest + 5
    if (fence && line.trim() !== '' && indent < fence.before.length) fence = null
    if (!fence && isReachable && LIST_LINE.test(line)) {
      deepest = indent
      together = 0
    }
    if (line.trim() === '') together = 0
    const marks = countMarks(line)
    all += marks
    if (!fence) together += marks
    if (together > MAX_MARKS_TOGETHER || all > MAX_MARKS) return true
    if (fence) fence = closesFence(fence, line) ? null : fence
    else if (isReachable) fence = fenceOf(line)
  }
  return false
}

function hasTooManyCells(block: string): boolean {
  const lines = block.split('\n')
  let cells = 0
  for (const line of lines) if (TABLE_LINE.test(line)) cells = Math.max(cells, line.split('|').length)
  return cells * lines.length > MAX_CELLS
}

function countMarks(text: string): number {
  return text.match(MARKS)?.length ?? 0
}

/** Lines that open and close fenced code. */
import { withoutQuotation } from '@/markdown/syntax/containers'

const FENCE = /^(\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)*)(`{3,}(?=[^`]*$)|~{3,})/

export interface FenceMark {
  /** The text before it: blanks and the marks of list items. */
  before: string
  character: string
  length: number
}

/** The fence that a line opens, even within a quotation or a list item. */
export function openFence(line: string): FenceMark | null {
  return fenceOf(withoutQuotation(line))
}

/** The fence that a line outside quotations opens. */
export function fenceOf(line: string): FenceMark | null {
  const [, before, mark] = FENCE.exec(line) ?? []
  if (before === undefined || mark === undefined) return null
  return { before, character: mark.charAt(0), length: mark.length }
}

export function closesFence(fence: Omit<FenceMark, 'before'>, line: string): boolean {
  const mark = line.trim()
  return mark.length >= fence.length && mark === fence.character.repeat(mark.length)
}

/** The lines of a text, each with the break that ends it. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]+\n?|\n/g) ?? []
}

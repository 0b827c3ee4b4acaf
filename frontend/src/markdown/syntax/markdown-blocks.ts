/**
 * Splits Markdown into top-level blocks, so that while an answer grows only its last block is parsed again. The blocks
 * joined equal the text. It splits only where a parser is certain to begin a new block.
 */
import { countOpenDetails } from '@/lib/text/allowed-tags'
import { withoutQuotation } from '@/markdown/syntax/containers'
import { closesFence, fenceOf, linesOf } from '@/markdown/syntax/fences'

const LIST_ITEM = /^\s{0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/
/** The end of a text that may become a list item. */
const UNFINISHED_ITEM = /^\s{0,3}\d{1,9}$/
/** Link definitions and footnotes apply across blocks. */
const DEFINITION = /^[ \t>]*\[(?:[^\]\\]|\\.)+\]:/

interface OpenFence {
  character: string
  length: number
  /** A fence in a list item ends with the item, at a line that is indented less. */
  indent: number
}

interface OpenBlock {
  start: number
  isList: boolean
  isIndented: boolean
}

export function splitBlocks(text: string): string[] {
  return cut(text) ?? [text]
}

/** Splits a text that has grown since `before`, without reading the finished blocks again. */
export function growBlocks(before: readonly string[], text: string): string[] {
  const done = before.slice(0, -1)
  const head = done.join('')
  if (!text.startsWith(head)) return splitBlocks(text)
  const tail = cut(text.slice(head.length))
  return tail ? [...done, ...tail] : [text]
}

/** Returns null if the text must stay whole. */
function cut(text: string): string[] | null {
  const blocks: string[] = []
  let block: OpenBlock | null = null
  let fence: OpenFence | null = null
  let afterBlank = false
  let offset = 0
  /** Of `<details>`, which contain the blocks up to their end. */
  let depth = 0

  for (const line of linesOf(text)) {
    const isBlank = line.trim() === ''
    if (fence && !isBlank && indentOf(line) < fence.indent) fence = null
    if (!fence && !isBlank) {
      if (DEFINITION.test(line)) return null
      if (!block) {
        block = openBlock(0, line)
      } else if (afterBlank && depth === 0 && startsBlock(block, line)) {
        blocks.push(text.slice(block.start, offset))
        block = openBlock(offset, line)
      }
      if (indentOf(line) < (block.isList ? 2 : 4)) depth = Math.max(0, depth + countOpenDetails(line))
    }
    fence = fenceAfter(fence, line, block?.isList ?? false)
    afterBlank = isBlank
    offset += line.length
  }
  if (offset > 0) blocks.push(text.slice(block?.start ?? 0))
  return blocks
}

/** The code of a block that is only a fence, closed or still open; null for any other block. */
export function fencedCode(block: string): { code: string; name: string } | null {
  const [head = '', ...lines] = linesOf(block)
  const opening = /^[`~]/.test(head) && head.endsWith('\n') ? fenceOf(head.slice(0, -1)) : null
  if (!opening) return null
  const end = lines.findIndex((line) => indentOf(line) < 4 && closesFence(opening, line))
  if (end >= 0 && lines.slice(end + 1).some((line) => line.trim() !== '')) return null
  const code = lines.slice(0, end < 0 ? lines.length : end).join('')
  return { code: code.replace(/\n$/, ''), name: /\S+/.exec(head.slice(opening.length))?.[0] ?? '' }
}

/** Whether the text ends inside a fence that is still open, even within a quotation or a list item. */
export function endsInFence(block: string): boolean {
  let fence: OpenFence | null = null
  let isQuotedFence = false
  const isList = LIST_ITEM.test(block)
  for (const line of linesOf(block)) {
    const own = withoutQuotation(line)
    const isQuoted = own !== line
    // Blanks at the end may be those before the mark of the quotation.
    const isUnfinished = line.trim() === '' && !line.endsWith('\n')
    if (fence && isQuotedFence && !isQuoted && !isUnfinished) fence = null
    if (fence && !isQuoted && line.trim() !== '' && indentOf(line) < fence.indent) fence = null
    if (!fence) isQuotedFence = isQuoted
    fence = fenceAfter(fence, isQuotedFence ? own : line, isList || isQuotedFence)
  }
  return fence !== null
}

function openBlock(start: number, line: string): OpenBlock {
  return { start, isList: LIST_ITEM.test(line), isIndented: indentOf(line) >= 4 }
}

function startsBlock(block: OpenBlock, line: string): boolean {
  if (block.isList) return indentOf(line) < 2 && !LIST_ITEM.test(line) && !UNFINISHED_ITEM.test(line)
  return !(block.isIndented && indentOf(line) >= 4)
}

function indentOf(line: string): number {
  let columns = 0
  for (const character of line) {
    if (character === ' ') columns += 1
    else if (character === '\t') columns += 4 - (columns % 4)
    else break
  }
  return columns
}

function fenceAfter(fence: OpenFence | null, line: string, inList: boolean): OpenFence | null {
  if (fence) return closesFence(fence, line) ? null : fence
  const opening = fenceOf(line)
  if (!opening) return null
  const { before, character, length } = opening
  if (!inList && (before.trim() !== '' || indentOf(line) >= 4)) return null
  return { character, length, indent: inList && before.length >= 2 ? 2 : 0 }
}

/** Converts Markdown to plain text: removes the markup and keeps the lines. Code and formulas stay as they are. */
import { beginsListItem, withoutContainer, withoutQuotation } from '@/markdown/syntax/containers'
import { closesFence, type FenceMark, openFence } from '@/markdown/syntax/fences'
import { inlineToText } from '@/markdown/plain-text/plain-inline'
import { nestFences } from '@/markdown/syntax/nested-fences'
import { cellsOf } from '@/markdown/tables/table-cells'
import { findTableRows, isTableDelimiter } from '@/markdown/syntax/table-lines'

const HEADING = /^#{1,6}(?:[ \t]|$)/
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/

export function markdownToText(markdown: string): string {
  return new PlainText(nestFences(markdown, false).split('\n')).read()
}

class PlainText {
  readonly #lines: readonly string[]
  readonly #rows: readonly boolean[]
  readonly #shown: string[] = []
  /** The lines of the paragraph that is being read. */
  #paragraph: string[] = []

  constructor(lines: readonly string[]) {
    this.#lines = lines
    this.#rows = findTableRows(lines)
  }

  read(): string {
    let fence: FenceMark | null = null
    for (const [index, line] of this.#lines.entries()) {
      const bare = outsideQuotation(line)
      if (fence) {
        if (closesFence(fence, bare)) fence = null
        else this.#shown.push(bare)
        continue
      }
      fence = openFence(line)
      if (fence) this.#showBlock(fence.before.trimEnd())
      else if (this.#rows[index]) this.#showBlock(rowToText(bare.trimStart()))
      else if (!isTableDelimiter(line)) this.#readText(bare)
    }
    this.#endParagraph()
    return this.#shown.join('\n').trim()
  }

  #readText(text: string): void {
    if (UNDERLINE.test(text) && this.#paragraph.length > 0) {
      this.#endParagraph()
      return
    }
    const isHeading = HEADING.test(text)
    if (isHeading || beginsListItem(text)) this.#endParagraph()
    this.#paragraph.push(isHeading ? headingToText(text) : text)
    if (isHeading || withoutContainer(text) === '') this.#endParagraph()
  }

  #endParagraph(): void {
    if (this.#paragraph.length > 0) this.#shown.push(inlineToText(this.#paragraph.join('\n')))
    this.#paragraph = []
  }

  #showBlock(text: string): void {
    this.#endParagraph()
    if (text !== '') this.#shown.push(text)
  }
}

/** Removes the marks before the text, and marks that may close it. */
function headingToText(line: string): string {
  const text = line.replace(HEADING, '').trim()
  const closing = /(?:^| )#+$/.exec(text)
  return closing ? text.slice(0, closing.index).trim() : text
}

function outsideQuotation(line: string): string {
  const bare = withoutQuotation(line)
  return bare === line ? line : bare.replace(/^ /, '')
}

function rowToText(row: string): string {
  return cellsOf(row)
    .map((cell) => inlineToText(cell, true))
    .join('\t')
}

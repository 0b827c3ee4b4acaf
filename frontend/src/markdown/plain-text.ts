/** Converts Markdown to plain text: removes the markup and keeps the lines. Code stays as it is. */
import { withoutTags } from '@/lib/allowed-tags'
import { splitInlineCode } from '@/markdown/code-spans'
import { nestFences } from '@/markdown/nested-fences'
import { cellsOf } from '@/markdown/table-cells'
import { findTableRows, isTableDelimiter } from '@/markdown/table-lines'

const FENCE = /^\s*(`{3,}|~{3,})/

export function markdownToText(markdown: string): string {
  const lines = nestFences(markdown, false).split('\n')
  const rows = findTableRows(lines)
  const shown: string[] = []
  let fence: string | null = null
  for (const [index, line] of lines.entries()) {
    const mark = FENCE.exec(line)?.[1]
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null
      else shown.push(line)
    } else if (mark !== undefined) {
      fence = mark
    } else if (rows[index]) {
      shown.push(rowToText(withoutMark(line)))
    } else if (!isTableDelimiter(line)) {
      shown.push(spanToText(withoutMark(line), '\n'))
    }
  }
  return shown.join('\n').trim()
}

/** The line without the mark of a heading or quotation. */
function withoutMark(line: string): string {
  return line.replace(/^(\s*)(?:#{1,6}\s+|(?:>\s?)+)/, '$1')
}

function rowToText(row: string): string {
  return cellsOf(row)
    .map((cell) => spanToText(cell, ' '))
    .join('\t')
}

/** Text in `code` stays as it is; the rest loses its markup. */
function spanToText(text: string, lineBreak: string): string {
  return splitInlineCode(text)
    .map(({ text: span, isCode }) => (isCode ? codeOf(span) : withoutMarks(withoutTags(span, lineBreak))))
    .join('')
}

function codeOf(span: string): string {
  const marks = /^`+/.exec(span)?.[0].length ?? 0
  return span.slice(marks, -marks)
}

function withoutMarks(text: string): string {
  const unlinked = text.replace(/!?\[([^[\]]*)\]\((?:[^()]|\([^()]*\))*\)/g, '$1')
  return MARKS.reduce(withoutPairs, unlinked).replace(/\\([\\`*_{}[\]()#+\-.!|>~])/g, '$1')
}

const MARKS = ['**', '__', '~~', '*', '_'] as const

/** Removes the pairs of one mark around text; single `*` and `_` count only at the edges of words. */
function withoutPairs(text: string, mark: string): string {
  const kept: string[] = []
  let done = 0
  let opening = -1
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    const [before = ' ', after = ' '] = [text[at - 1], text[at + mark.length]]
    const isSingle = mark.length === 1
    const closes = /\S/.test(before) && !(isSingle && isPartOf(after, mark))
    if (opening >= 0 && at > opening + mark.length && closes) {
      kept.push(text.slice(done, opening), text.slice(opening + mark.length, at))
      done = at + mark.length
      opening = -1
    } else if (isSingle || opening < 0) {
      const opens = /\S/.test(after) && !(isSingle && isPartOf(before, mark))
      opening = opens ? at : -1
    }
  }
  return kept.join('') + text.slice(done)
}

function isPartOf(character: string, mark: string): boolean {
  return character === mark || /\w/.test(character)
}

/** Splits Markdown into code and the text between, in linear time. */
import { withoutQuotation } from '@/markdown/syntax/containers'
import { closesFence, linesOf, openFence } from '@/markdown/syntax/fences'
import { HtmlReader } from '@/markdown/syntax/html-text'

export interface TextSpan {
  text: string
  isCode: boolean
}

/**
 * The spans joined equal the text. Code is a fence with its marks, open or closed, code between backticks, or HTML that
 * is shown as it was typed.
 */
export function splitCode(markdown: string): TextSpan[] {
  const spans: TextSpan[] = []
  const lines = linesOf(markdown)
  const html = new HtmlReader()
  let kept = ''
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const isHtml = html.read(line)
    const fence = isHtml ? null : openFence(line)
    if (!fence && !isHtml) {
      kept += line
      continue
    }
    const start = at
    while (fence && at + 1 < lines.length) {
      at += 1
      if (closesFence(fence, withoutQuotation(lines[at] ?? ''))) break
    }
    spans.push(...splitInlineCode(kept), { text: lines.slice(start, at + 1).join(''), isCode: true })
    kept = ''
  }
  return [...spans, ...splitInlineCode(kept)].filter(({ text }) => text !== '')
}

/** A run of backticks opens code if the same paragraph has another run of the same length. */
export function splitInlineCode(text: string): TextSpan[] {
  const runs = [...text.matchAll(/`+|\n[ \t]*\n/g)]
  const closings = closingsOf(runs.map(([mark]) => mark))
  const spans: TextSpan[] = []
  let done = 0
  for (let at = 0; at < runs.length; at += 1) {
    const opening = runs[at]
    const closing = runs[closings[at] ?? -1]
    if (!opening || !closing || text[opening.index - 1] === '\\') continue
    const end = closing.index + closing[0].length
    spans.push({ text: text.slice(done, opening.index), isCode: false })
    spans.push({ text: text.slice(opening.index, end), isCode: true })
    done = end
    at = closings[at] ?? at
  }
  return [...spans, { text: text.slice(done), isCode: false }]
}

/** For each run, the index of the run that would close it. */
function closingsOf(marks: readonly string[]): (number | undefined)[] {
  const next = new Map<number, number>()
  const closings: (number | undefined)[] = []
  for (let at = marks.length - 1; at >= 0; at -= 1) {
    const mark = marks[at] ?? ''
    if (mark.startsWith('`')) {
      closings[at] = next.get(mark.length)
      next.set(mark.length, at)
    } else {
      next.clear()
    }
  }
  return closings
}

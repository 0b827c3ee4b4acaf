/** Converts the marks in a paragraph of Markdown to plain text. Takes linear time. */
import { withoutTags } from '@/lib/text/allowed-tags'
import { splitInlineCode } from '@/markdown/syntax/code-spans'
import { endOfDestination } from '@/markdown/syntax/destinations'
import { findFormulas } from '@/markdown/math/math'
import { replaceAll, type Replacement } from '@/markdown/syntax/replacements'

/** The placeholder of text without marks, in characters that no answer has. */
const HELD = /\ue000(\d+)\ue001/g
const ESCAPE =
  /\\([!-/:-@[-`{-~])|\\(?=\n)|<((?:[a-z][a-z\d+.-]{1,31}:|[\w.+-]{1,64}@)[^\s<>]+)>|&(lt|gt|amp|quot|nbsp|#39);/gi
const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
}

/** Text in `code` and formulas stay as they are; the rest loses its marks. */
export function inlineToText(text: string, isInRow = false): string {
  const held: string[] = []
  const hold = (kept: string) => `\ue000${held.push(kept) - 1}\ue001`
  const marked = splitInlineCode(text)
    .map(({ text: span, isCode }) =>
      isCode ? hold(codeOf(span, isInRow)) : holdFormulas(span, hold, isInRow),
    )
    .join('')
  const bare = MARKS.reduce(withoutPairs, withoutLinks(withoutTags(marked, isInRow ? ' ' : '\n')))
  return bare.replace(HELD, (_, index: string) => held[Number(index)] ?? '')
}

function codeOf(span: string, isInRow: boolean): string {
  const marks = /^`+/.exec(span)?.[0].length ?? 0
  const code = isInRow ? span.slice(marks, -marks).replaceAll('\\|', '|') : span.slice(marks, -marks)
  return code.startsWith(' ') && code.endsWith(' ') && code.trim() !== '' ? code.slice(1, -1) : code
}

function holdFormulas(text: string, hold: (kept: string) => string, isInRow: boolean): string {
  const pieces: string[] = []
  let done = 0
  for (const { from, to } of findFormulas(text, () => isInRow)) {
    pieces.push(holdEscapes(text.slice(done, from), hold), hold(text.slice(from, to)))
    done = to
  }
  return pieces.join('') + holdEscapes(text.slice(done), hold)
}

function holdEscapes(text: string, hold: (kept: string) => string): string {
  return text.replace(ESCAPE, (_mark: string, escaped?: string, url?: string, entity?: string) =>
    hold(escaped ?? url ?? ENTITIES[entity?.toLowerCase() ?? ''] ?? ''),
  )
}

/** Keeps the labels of links and images. */
function withoutLinks(text: string): string {
  const removed: Replacement[] = []
  const open: number[] = []
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '[') open.push(at)
    if (text[at] !== ']') continue
    const from = open.pop()
    const end = text[at + 1] === '(' && from !== undefined ? endOfDestination(text, at + 1) : null
    if (from === undefined || end === null || end < 0) continue
    removed.push({ from: text[from - 1] === '!' ? from - 1 : from, to: from + 1, by: '' })
    removed.push({ from: at, to: end, by: '' })
    at = end - 1
  }
  return replaceAll(
    text,
    removed.toSorted((one, other) => one.from - other.from),
  )
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

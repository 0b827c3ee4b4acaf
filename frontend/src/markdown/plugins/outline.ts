/**
 * The levels of an answer's headings. Models begin with `###` or skip from `##` to `####`, which users of screen
 * readers take for missing headings. Below the title of the page, no level is skipped; the look still follows the
 * marks.
 */
import { splitCode } from '@/markdown/syntax/code-spans'
import type { Node } from '@/markdown/plugins/tree'

/** The depths of the headings that the next one may belong to, outermost first, one digit each. */
export type Outline = string

const HINT = /^[ \t>\d.)*+-]*#{1,6}(?:[ \t]|$)|^ {0,3}(?:=+|-+)[ \t]*$/m
const MARKED = /^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])[ \t]))*[ \t]*(#{1,6})(?:[ \t]|$)/
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/
/** The title of the page. */
const TITLE_LEVEL = 1

export function outlineAfter(before: Outline, block: string): Outline {
  return HINT.test(block) ? depthsOf(block).reduce(addHeading, before) : before
}

/** A rehype plugin that gives headings their levels, continuing from the previous blocks. */
export function rehypeOutline({ before }: { before: Outline }) {
  return (tree: Node) => void setLevels(tree, before)
}

function addHeading(outline: Outline, depth: number): Outline {
  // The digits ascend.
  const inner = outline.search(new RegExp(`[${depth}-6]`))
  return (inner < 0 ? outline : outline.slice(0, inner)) + String(depth)
}

function depthsOf(block: string): number[] {
  const text = splitCode(block)
    .map(({ text, isCode }) => (isCode && text.includes('\n') ? '\n' : text))
    .join('')
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    const mark = MARKED.exec(line)?.[1]
    if (mark) return [mark.length]
    const underline = (lines[index - 1] ?? '').trim() === '' ? undefined : UNDERLINE.exec(line)?.[1]
    return underline === undefined ? [] : [underline.startsWith('=') ? 1 : 2]
  })
}

function setLevels(node: Node, before: Outline): Outline {
  const { tagName = '', properties = {}, children = [] } = node
  // The heading of footnotes has the level of a section.
  if (properties['dataFootnotes'] === true) return before
  const depth = Number(/^h([1-6])$/.exec(tagName)?.[1] ?? 0)
  let outline = before
  if (depth > 0) {
    outline = addHeading(before, depth)
    const level = TITLE_LEVEL + outline.length
    if (level !== depth) node.properties = { ...properties, ariaLevel: level }
  }
  for (const child of children) outline = setLevels(child, outline)
  return outline
}

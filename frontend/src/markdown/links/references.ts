/** References to notes and URLs whose definitions follow at the end of an answer. */
import { splitCode } from '@/markdown/syntax/code-spans'
import { CONTAINER } from '@/markdown/syntax/containers'
import { endOfDestination } from '@/markdown/syntax/destinations'
import { findFormulas } from '@/markdown/math/math'
import { holdNotes } from '@/markdown/links/notes'
import { replaceAll, type Replacement } from '@/markdown/syntax/replacements'

const DEFINITION = /^[ \t>]*\[([^[\]\n^][^[\]\n]{0,199})\]:\s*(?:[^\s<]|<[^<>\n]*>)/gm
const TOKEN = /\\[\s\S]|!?\[|\]|\n/g
const NAME = /\[(?!\^)([^[\]\n]{0,200})\]/y
/** A label of words or a number; other labels, as in `[0, 1]`, do not name a definition. */
const LABEL = /^[\p{L}\p{N}`*_~"“「『《(（][^,;:=|<>$\\]{0,79}$/u
const TASK_BOX = /(?:[-*+]|\d{1,9}[.)])[ \t]+$/
/** Text that may precede a reference; the index of `a[0]` and brackets in a URL are not references. */
const BOUNDARY =
  /^$|[\s"'“‘「『（(《*_~>|:：,，、;；.。!！?？—–\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/

interface Opening {
  at: number
  /** Where its label begins. */
  start: number
  isImage: boolean
}

/** Whether the brackets at `at` may be the label of a link, and are not an index as in `a[0][1]`. */
export function isReference(text: string, at: number): boolean {
  return BOUNDARY.test(text.charAt(at - 1))
}

/**
 * While the text is being written, shows the number or label instead of the marks of a reference whose definition is
 * still to come. At the end of the text it may be the definition itself.
 */
export function holdReferences(markdown: string): string {
  if (!markdown.includes('[')) return markdown
  const text = holdNotes(markdown)
  return replaceAll(text, findUndefined(text))
}

function normalize(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase()
}

/** The references without a definition, in order. */
function findUndefined(markdown: string): Replacement[] {
  const defined = new Set([...markdown.matchAll(DEFINITION)].map(([, label = '']) => normalize(label)))
  const held: Replacement[] = []
  let opening: Opening | null = null
  let done = 0
  let offset = 0
  for (const { text, isCode } of splitCode(markdown)) {
    const start = offset
    offset += text.length
    // A label may have code in it, but no lines of code.
    if (isCode && text.includes('\n')) opening = null
    if (isCode || !/[[\]]/.test(text)) continue
    const formulas = findFormulas(text)
    let formula = 0
    for (const { 0: mark, index } of text.matchAll(TOKEN)) {
      while ((formulas[formula]?.to ?? Infinity) <= index) formula += 1
      const at: number = start + index
      if (at < done || (formulas[formula]?.from ?? Infinity) <= index) continue
      if (mark === '\n') opening = null
      else if (mark.endsWith('[')) opening = { at, start: at + mark.length, isImage: mark === '![' }
      else if (mark === ']' && opening) {
        const reference = heldAt(markdown, opening, at, defined, held.at(-1)?.to)
        if (reference) held.push(reference)
        done = reference?.to ?? done
        opening = null
      }
    }
  }
  return held
}

/** The reference whose label ends at `at`, if it has no definition yet. */
function heldAt(
  markdown: string,
  { at: from, start, isImage }: Opening,
  at: number,
  defined: ReadonlySet<string>,
  before: number | undefined,
): Replacement | null {
  const label = markdown.slice(start, at)
  if (label.startsWith('^') || (from !== before && !isReference(markdown, from))) return null
  const next = markdown.charAt(at + 1)
  NAME.lastIndex = at + 1
  const [reference, name = ''] = (next === '[' ? NAME.exec(markdown) : null) ?? []
  if (reference !== undefined) {
    if (defined.has(normalize(name.trim() === '' ? label : name))) return null
    return { from, to: at + 1 + reference.length, by: isImage ? '' : label }
  }
  // Text directly after it, such as a URL, must not become one word with it.
  if (next === '' || /\w/.test(next) || isImage || !LABEL.test(label) || defined.has(normalize(label)))
    return null
  if (next === '(' && endOfDestination(markdown, at + 1) !== null) return null
  const isUnfinished = next === '[' && !markdown.startsWith('^', at + 2)
  if (isUnfinished || !isShortcut(markdown, from, next === ':', /^[xX]$/.test(label))) return null
  return { from, to: at + 1, by: label }
}

/** Whether it is neither the label of a definition nor the box of a task, which are at the beginning of a line. */
function isShortcut(markdown: string, from: number, mayDefine: boolean, mayBeBox: boolean): boolean {
  if (!mayDefine && !mayBeBox) return true
  const line = markdown.slice(markdown.lastIndexOf('\n', from - 1) + 1, from)
  return CONTAINER.exec(line)?.[0] !== line || (!mayDefine && !TASK_BOX.test(line))
}

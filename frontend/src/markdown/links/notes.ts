/** References to footnotes, whose definitions follow at the end of an answer. */
import { splitCode } from '@/markdown/syntax/code-spans'

const REFERENCE = /(\\?)\[\^([^\s[\]\\^]{1,40})\](?!\()/g
/** Characters before a definition. */
const MAX_PREFIX_LENGTH = 32
const DEFINITION = /^[ \t>]*\[\^([^\s[\]\\^]{1,40})\]:/gm

/**
 * While the text is being written, shows the number of a footnote instead of its marks until its definition arrives.
 * Notes are numbered in the order of their references, so later notes wait until an earlier one has its definition. At
 * the end of the text, the marks may be the definition itself.
 */
export function holdNotes(markdown: string): string {
  if (!markdown.includes('[^')) return markdown
  const defined = new Set([...markdown.matchAll(DEFINITION)].map(([, label = '']) => label.toLowerCase()))
  const numbers = new Map<string, number>()
  let isWaiting = false
  let offset = 0
  return splitCode(markdown)
    .map(({ text, isCode }) => {
      const start = offset
      offset += text.length
      if (isCode) return text
      return text.replace(REFERENCE, (reference: string, escape: string, written: string, at: number) => {
        const label = written.toLowerCase()
        const end = start + at + reference.length
        if (escape !== '' || end === markdown.length || isDefinition(markdown, start + at, end))
          return reference
        if (!defined.has(label)) isWaiting = true
        const number = numbers.get(label) ?? numbers.size + 1
        numbers.set(label, number)
        return isWaiting ? `<sup>${number}</sup>` : reference
      })
    })
    .join('')
}

/** Whether a colon follows, and only marks of quotations precede it on its line. */
function isDefinition(markdown: string, from: number, end: number): boolean {
  return (
    markdown[end] === ':' &&
    /(?:^|\n)[ \t>]*$/.test(markdown.slice(Math.max(0, from - MAX_PREFIX_LENGTH), from))
  )
}

/** References to footnotes, whose definitions follow at the end of an answer. */
import { splitCode } from '@/markdown/code-spans'

const REFERENCE = /(\\?)\[\^([^\s[\]\\^]{1,40})\](?![:(])/g
const DEFINITION = /^[ \t>]*\[\^([^\s[\]\\^]{1,40})\]:/gm

/**
 * While the text is being written, shows the number instead of the marks of a reference whose definition is still to come.
 * At the end of the text it may be the definition itself.
 */
export function holdNotes(markdown: string): string {
  if (!markdown.includes('[^')) return markdown
  const defined = new Set([...markdown.matchAll(DEFINITION)].map(([, label]) => label))
  let offset = 0
  return splitCode(markdown)
    .map(({ text, isCode }) => {
      const start = offset
      offset += text.length
      if (isCode) return text
      return text.replace(REFERENCE, (reference: string, escape: string, label: string, at: number) => {
        const isLast = start + at + reference.length === markdown.length
        if (escape !== '' || isLast || defined.has(label)) return reference
        return /^\d+$/.test(label) ? `<sup>${label}</sup>` : ''
      })
    })
    .join('')
}

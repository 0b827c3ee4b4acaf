/** References to footnotes and addresses, whose definitions follow at the end of an answer. */
import { splitCode } from '@/markdown/code-spans'

const REFERENCE = /(\\?)\[\^([^\s[\]\\^]{1,40})\](?![:(])/g
const DEFINITION = /^[ \t>]*\[\^([^\s[\]\\^]{1,40})\]:/gm

const LINK = /\\?\[([^[\]\n]{1,200})\]\[([^[\]\n]{0,40})\]/g
const LINK_DEFINITION = /^[ \t>]*\[([^[\]\n^][^[\]\n]{0,199})\]:\s*\S/gm

/** Whether the brackets at `at` may be the label of a link, and are not an index such as that of `a[0][1]`. */
export function isReference(text: string, at: number): boolean {
  return !/[\w\])\\]/.test(text.charAt(at - 1))
}

/**
 * While the text is being written, shows the number or label instead of the marks of a reference whose definition is
 * still to come. At the end of the text it may be the definition itself.
 */
export function holdReferences(markdown: string): string {
  return holdLinks(holdNotes(markdown))
}

function holdLinks(markdown: string): string {
  if (!markdown.includes('][')) return markdown
  const defined = new Set(
    [...markdown.matchAll(LINK_DEFINITION)].map(([, label = '']) => label.toLowerCase()),
  )
  return splitCode(markdown)
    .map(({ text, isCode }) => {
      if (isCode) return text
      return text.replace(LINK, (link: string, label: string, name: string, at: number) => {
        const isDefined = defined.has((name === '' ? label : name).toLowerCase())
        return isDefined || link.startsWith('\\') || !isReference(text, at) ? link : label
      })
    })
    .join('')
}

function holdNotes(markdown: string): string {
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

import { withoutTags } from '@/lib/text/allowed-tags'

const SENTENCE_END = /[。！？…]+["」』”’)]*|(?<![.!?])[.!?]+["”’)]*(?=\s)|\n+/g

/** The complete sentences at the start of `text`, and their length in characters. */
export function takeSentences(text: string): { sentences: string; length: number } {
  let length = 0
  for (const match of text.matchAll(SENTENCE_END)) length = match.index + match[0].length
  return { sentences: plainText(text.slice(0, length)), length }
}

/** Markdown without the markup that is noise to a screen reader. */
export function plainText(markdown: string): string {
  return withoutTags(markdown, ' ')
    .replace(/^(?:```|~~~).*$/gm, '')
    .replace(/^\s{0,3}(?:#{1,6}|>|[-*+])\s+/gm, '')
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, '$1')
    .replace(/[*_`|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

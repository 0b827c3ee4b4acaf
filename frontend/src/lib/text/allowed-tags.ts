/**
 * The HTML that an answer may contain. All other HTML (scripts, images, styles, comments, tags with attributes) is shown
 * as text.
 */
const INLINE = 'b del em i ins kbd mark s small strong sub sup u'
/** These begin a new line. */
const DETAILS_TAGS = ['details', 'summary'] as const

const NAMES: ReadonlySet<string> = new Set(['br', ...INLINE.split(' '), ...DETAILS_TAGS])
const TAG = /^<(\/?)([a-z]+)(\s+open(?:=(?:""|''|"open"|'open'))?)?\s*(\/?)>$/i
/** A tag at the end of the text that is not complete. */
const UNFINISHED_TAG = /<\/?(?:([a-z]+)(?:\s+[a-z]*(?:=["'a-z]*)?)?\/?)?$/i
const MAX_TAG_LENGTH = 24
const ANY_TAG = new RegExp(
  `<(?:br\\s?/?|/?(?:${[...INLINE.split(' '), ...DETAILS_TAGS].join('|')})|details open(?:="")?)>`,
  'gi',
)

export interface Tag {
  name: string
  kind: 'opening' | 'closing' | 'break'
  /** For `<details open>`. */
  isOpen: boolean
}

/** Reads one tag; null if it is not allowed. */
export function readTag(html: string): Tag | null {
  if (html.length > MAX_TAG_LENGTH) return null
  const [, closing, written = '', open, slash] = TAG.exec(html) ?? []
  const name = written.toLowerCase()
  if (!NAMES.has(name) || (open !== undefined && (name !== 'details' || closing === '/'))) return null
  if (name === 'br') return closing === '/' ? null : { name, kind: 'break', isOpen: false }
  if (slash === '/') return null
  return { name, kind: closing === '/' ? 'closing' : 'opening', isOpen: open !== undefined }
}

export function isDetails(name: string): boolean {
  return DETAILS_TAGS.some((tag) => tag === name)
}

export function isAllowedName(name: string): boolean {
  return NAMES.has(name)
}

/** Where an unfinished tag begins at the end of the text, if it may become an allowed one; otherwise -1. */
export function findUnfinishedTag(text: string): number {
  const start = Math.max(0, text.length - MAX_TAG_LENGTH)
  const match = UNFINISHED_TAG.exec(text.slice(start))
  if (!match) return -1
  const name = (match[1] ?? '').toLowerCase()
  const isWhole = !match[0].toLowerCase().endsWith(name)
  const mayBeAllowed = [...NAMES].some((allowed) => (isWhole ? allowed === name : allowed.startsWith(name)))
  return mayBeAllowed ? start + match.index : -1
}

/** Removes the tags from text without code; a line break becomes `lineBreak`. */
export function withoutTags(text: string, lineBreak: string): string {
  return text.replace(ANY_TAG, (tag) => (/^<br/i.test(tag) ? lineBreak : ''))
}

/** How many details elements the line opens, minus how many it closes. */
export function countOpenDetails(line: string): number {
  const tags = line.match(/<\/?details(?:\s+open(?:="")?)?>/gi) ?? []
  return tags.reduce((depth, tag) => depth + (tag.startsWith('</') ? -1 : 1), 0)
}

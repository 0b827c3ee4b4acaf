/**
 * The end of a paragraph that grows: hides text that may become a mark, and closes marks that are open. It reads
 * forward only, so that hostile text takes linear time.
 */
import { findUnfinishedTag } from '@/lib/text/allowed-tags'
import { endOfUrl } from '@/markdown/links/urls'
import { splitInlineCode } from '@/markdown/syntax/code-spans'
import { Delimiters } from '@/markdown/mending/delimiters'
import { endOfDestination } from '@/markdown/syntax/destinations'
import { isUnfinishedChemistry } from '@/markdown/math/chemistry'
import { isUnfinishedFormula } from '@/markdown/math/unfinished-formula'
import { findFormulas } from '@/markdown/math/math'
import { isReference } from '@/markdown/links/references'

const MARK = /[\\`$<![\]*_~&hw]/g
const UNFINISHED_ENTITY = /^&(?:#(?:\d{0,7}|x[\da-f]{0,6})|[a-z][a-z\d]{0,30})?$/i
const UNFINISHED_ADDRESS =
  /^<(?:h(?:t(?:t(?:ps?)?)?)?|m(?:a(?:i(?:l(?:to?)?)?)?)?|[a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[\w.+-]+@[^\s<>]*)$/i
/** Entities that may follow a URL directly. */
const ENTITIES = ['&lt;', '&gt;', '&quot;', '&amp;', '&nbsp;']
/** Text that may become an email address between angle brackets, or a tag that is not allowed. */
const UNFINISHED_NAME = /^<[a-z\d][\w.+-]{0,63}$/i
const MAX_ENTITY_LENGTH = 32
const MAX_URL_LENGTH = 2_000
const MAX_RUN_LENGTH = 3

/** Closes a link without a URL, of which only the label is shown. */
const LINK_END = ']()'

interface Bracket {
  at: number
  isImage: boolean
}

/** Markup that is open at the end: where it begins, where its content begins, and what closes it. */
interface Open {
  at: number
  content: number
  closing: string
}

export function mendInline(text: string): string {
  return new InlineTail(text).mend()
}

class InlineTail {
  readonly #text: string
  /** Where each span of code and each formula ends, by where it begins. */
  readonly #wholes: Map<number, number>
  readonly #delimiters: Delimiters
  #brackets: Bracket[] = []
  #opened: Open[] = []
  /** Where the `<` of an unfinished `<https://…` is, which is not shown; -1 if there is none. */
  #dropped = -1
  /** The end of the text that is shown. */
  #end: number

  constructor(text: string) {
    this.#text = text
    this.#end = text.length
    this.#wholes = findWholes(text)
    this.#delimiters = new Delimiters(text)
  }

  mend(): string {
    let at = 0
    while (at < this.#end) {
      MARK.lastIndex = at
      const mark = MARK.exec(this.#text)
      if (!mark || mark.index >= this.#end) break
      at = this.#wholes.get(mark.index) ?? this.#read(mark[0], mark.index)
    }
    const [outer, inner] = this.#lastBrackets()
    if (outer) this.#openLink(outer, this.#end)
    if (inner) this.#cut(inner.at)
    return this.#close()
  }

  /** Returns where reading continues. */
  #read(mark: string, at: number): number {
    switch (mark) {
      case '\\':
        return this.#readBackslash(at)
      case '`':
        return this.#readCode(at)
      case '$':
        return this.#readDollars(at)
      case '<':
        return this.#readTag(at)
      case '!':
        if (at + 1 === this.#text.length) return this.#cut(at)
        if (this.#text[at + 1] !== '[') return at + 1
        this.#brackets.push({ at, isImage: true })
        return at + 2
      case '[':
        this.#brackets.push({ at, isImage: false })
        return at + 1
      case ']':
        return this.#readBracket(at)
      case '&':
        return UNFINISHED_ENTITY.test(this.#text.slice(at, at + MAX_ENTITY_LENGTH + 1))
          ? this.#cut(at)
          : at + 1
      case 'h':
      case 'w':
        return this.#readUrl(at)
      default:
        return this.#readDelimiter(at)
    }
  }

  #cut(at: number): number {
    this.#end = Math.min(this.#end, at)
    return this.#end
  }

  #readBackslash(at: number): number {
    const next = this.#text[at + 1]
    const isUnfinishedBreak = next === '\n' && this.#text.slice(at + 1).trim() === ''
    if (
      next === undefined ||
      isUnfinishedBreak ||
      isUnfinishedChemistry(this.#text, at) ||
      ((next === '(' || next === '[') && isUnfinishedFormula(this.#text, at, 2))
    ) {
      return this.#cut(at)
    }
    return at + 2
  }

  /** Code that is still open; all that follows is its content. */
  #readCode(at: number): number {
    const length = runLength(this.#text, at)
    const content = at + length
    let end = this.#text.length
    // It may be half of the mark that closes, or escape a bar in a table.
    while (end > content && /[`\\]/.test(this.#text.charAt(end - 1))) end -= 1
    this.#opened.push({ at, content, closing: '`'.repeat(length) })
    return this.#cut(end)
  }

  #readDollars(at: number): number {
    const length = runLength(this.#text, at)
    return length <= 2 && isUnfinishedFormula(this.#text, at, length) ? this.#cut(at) : at + length
  }

  #readTag(at: number): number {
    const rest = this.#text.slice(at, at + MAX_URL_LENGTH)
    if (findUnfinishedTag(rest) === 0) return this.#cut(at)
    if (at + rest.length !== this.#text.length) return at + 1
    if (UNFINISHED_ADDRESS.test(rest)) this.#dropped = at
    else if (UNFINISHED_NAME.test(rest)) return this.#cut(at)
    return at + 1
  }

  #readUrl(at: number): number {
    let end = endOfUrl(this.#text, at)
    // The label of a link may be a URL.
    const close = this.#brackets.length > 0 ? this.#text.slice(at, end).indexOf(']') : -1
    if (close > 0) return at + close
    const entity = end === this.#text.length ? this.#text.lastIndexOf('&') : -1
    if (entity > at && ENTITIES.some((name) => name.startsWith(this.#text.slice(entity))))
      return this.#cut(entity)
    while (/[([]/.test(this.#text.charAt(end - 1))) end -= 1
    return Math.max(end, at + 1)
  }

  #readDelimiter(at: number): number {
    const length = runLength(this.#text, at)
    // At the end, it may be half of the mark that closes or opens.
    if (at + length === this.#text.length) return this.#cut(at)
    this.#delimiters.read(at, length)
    return at + length
  }

  #readBracket(at: number): number {
    const opening = this.#brackets.pop()
    if (!opening) return at + 1
    const next = this.#text[at + 1]
    if (next === undefined) return this.#openLink(opening, at)
    if (next === '[' && isReference(this.#text, opening.at)) {
      const close = this.#text.indexOf(']', at + 2)
      return close < 0 ? this.#openLink(opening, at) : close + 1
    }
    if (next !== '(') return at + 1
    const end = endOfDestination(this.#text, at + 1)
    if (end === null) return at + 1
    if (end < 0) return this.#openLink(opening, at)
    this.#delimiters.leave(opening.at)
    // Links contain no links.
    if (!opening.isImage) this.#brackets = []
    return end
  }

  /**
   * Shows only the label of a link that is not complete, and nothing of an image, a note, an alert or the box of a
   * task.
   */
  #openLink({ at, isImage }: Bracket, end: number): number {
    // Whether the outer one is a link depends on this one.
    const [outer] = this.#lastBrackets()
    if (
      isImage ||
      (outer && outer.at < at) ||
      /^\[(?:\^|!(?!\[)|[ xX]?\]?$)/.test(this.#text.slice(at, at + 4))
    )
      return this.#cut(at)
    this.#opened.push({ at, content: at + 1, closing: LINK_END })
    return this.#cut(end)
  }

  /** The open brackets of the last two lines: the label of a link may contain one line break. */
  #lastBrackets(): Bracket[] {
    const lastBreak = this.#text.lastIndexOf('\n')
    const start = lastBreak < 1 ? -1 : this.#text.lastIndexOf('\n', lastBreak - 1)
    return this.#brackets.filter(({ at }) => at > start)
  }

  #close(): string {
    const text = this.#text
    const lastBreak = this.#end === 0 ? -1 : text.lastIndexOf('\n', this.#end - 1)
    const opened = this.#delimiters.open()
    for (const { at, length, mark } of opened) {
      // A single mark inside a word may be a product or a name, and a run of four closes nothing.
      const isInWord = /[\p{L}\p{N}]/u.test(text.charAt(at - 1))
      if (length > MAX_RUN_LENGTH || (length === 1 && isInWord && at < lastBreak)) continue
      // Struck text is not nested: only the last one is closed.
      const isStruck = mark === '~' && at === opened.findLast((other) => other.mark === mark)?.at
      if (mark !== '~' || (length === 2 && isStruck))
        this.#opened.push({ at, content: at + length, closing: mark.repeat(length) })
    }
    let closing = ''
    for (const { at, content, closing: own } of this.#opened.toSorted((one, other) => other.at - one.at)) {
      if (at >= this.#end) continue
      if (closing === '' && text.slice(content, this.#end).trim() === '') this.#cut(at)
      else closing += own
    }
    const shown =
      this.#dropped < 0 || this.#dropped >= this.#end
        ? text.slice(0, this.#end)
        : text.slice(0, this.#dropped) + text.slice(this.#dropped + 1, this.#end)
    if (closing === '') return shown
    const before = shown.trimEnd()
    // A backtick at the end of code must not become a part of the mark that closes it.
    return `${before}${before.endsWith('`') && closing.startsWith('`') ? ' ' : ''}${closing}`
  }
}

function runLength(text: string, at: number): number {
  let end = at + 1
  while (text[end] === text[at]) end += 1
  return end - at
}

function findWholes(text: string): Map<number, number> {
  const wholes = new Map<number, number>()
  let offset = 0
  for (const span of splitInlineCode(text)) {
    if (span.isCode) wholes.set(offset, offset + span.text.length)
    else for (const { from, to } of findFormulas(span.text)) wholes.set(offset + from, offset + to)
    offset += span.text.length
  }
  return wholes
}

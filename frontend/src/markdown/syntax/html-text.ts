/** Lines of HTML that are shown as typed: CommonMark's HTML blocks, except tags that an answer may contain. */
import { readTag } from '@/lib/text/allowed-tags'
import { CONTAINER, withoutContainer } from '@/markdown/syntax/containers'

const BLOCK_TAG =
  /^ {0,3}<\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?=[\s/>]|$)/i
const WHOLE_TAG = /^ {0,3}<\/?[a-z][\w-]*(?:\s[^<>]*)?\/?>\s*$/i
const BLANK = /^\s*$/
/** Tags whose text may have blank lines, and its ends. */
const LONG_TEXTS: readonly (readonly [RegExp, RegExp])[] = [
  [/^ {0,3}<(?:script|style|pre|textarea)(?=[\s>]|$)/i, /<\/(?:script|style|pre|textarea)>/i],
  [/^ {0,3}<!--/, /-->/],
  [/^ {0,3}<\?/, /\?>/],
  [/^ {0,3}<!\[CDATA\[/, /\]\]>/],
  [/^ {0,3}<![a-z]/i, />/],
]

/** Reads the lines of a text in order, except code between fences. */
export class HtmlReader {
  #end: RegExp | null = null
  /** The width of the marks of quotations and items around it, with which it ends. */
  #width = 0
  #isFirstOfParagraph = true

  /** Whether the line is such HTML. */
  read(line: string): boolean {
    const bare = withoutContainer(line).trimEnd()
    if (bare !== '' && (/^[ \t>]*/.exec(line)?.[0].length ?? 0) < this.#width) this.#end = null
    if (this.#end === null) {
      this.#end = this.#endOf(bare)
      this.#width = this.#end === null ? 0 : (CONTAINER.exec(line)?.[0].trimEnd().length ?? 0)
    }
    const isHtml = this.#end !== null && (this.#end !== BLANK || bare !== '')
    if (this.#end?.test(bare)) this.#end = null
    this.#isFirstOfParagraph = bare === ''
    return isHtml
  }

  /** The end of the HTML that the line begins. */
  #endOf(bare: string): RegExp | null {
    const long = LONG_TEXTS.find(([start]) => start.test(bare))
    if (long) return long[1]
    const isWholeTag = this.#isFirstOfParagraph && WHOLE_TAG.test(bare) && readTag(bare.trim()) === null
    return BLOCK_TAG.test(bare) || isWholeTag ? BLANK : null
  }
}

/** Whether the last line of the paragraph is such text. */
export function isHtmlText(paragraph: readonly string[]): boolean {
  const reader = new HtmlReader()
  return paragraph.map((line) => reader.read(line)).at(-1) === true
}

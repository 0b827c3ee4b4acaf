/** Lines of HTML that are shown as they were typed (CommonMark's HTML blocks, without tags that an answer may contain). */
import { readTag } from '@/lib/allowed-tags'
import { withoutContainer } from '@/markdown/containers'

const BLOCK_TAG =
  /^ {0,3}<(?:\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?=[\s/>]|$)|(?:script|style|pre|textarea)(?=[\s>]|$)|!--|\?|![a-z]|!\[CDATA\[)/i
const WHOLE_TAG = /^ {0,3}<\/?[a-z][\w-]*(?:\s[^<>]*)?\/?>\s*$/i

/** Whether the last line of the paragraph is such text, which begins at one of its lines and ends with it. */
export function isHtmlText(paragraph: readonly string[]): boolean {
  return paragraph.some((line, index) => {
    const bare = withoutContainer(line)
    if (BLOCK_TAG.test(bare)) return true
    return index === 0 && WHOLE_TAG.test(bare) && readTag(bare.trim()) === null
  })
}

/** Rules for text that users type, as the server has them: what is blank, and which characters it cannot store. */

// eslint-disable-next-line no-control-regex -- U+001C to U+001F separate words, as white space does
const VISIBLE = /[^\s\x1c-\x1f\x85\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u
/** With the `u` flag, a surrogate matches only if it has no partner. */
const UNSTORABLE = /[\0\ud800-\udfff]/gu

/** Whether `text` is blank: it has only white space, control, zero-width and filler characters. */
export function isBlank(text: string): boolean {
  return !VISIBLE.test(text)
}

/** The text with U+FFFD in place of NUL and of half a surrogate pair, such as half an emoji. */
export function makeStorable(text: string): string {
  return text.replace(UNSTORABLE, '\ufffd')
}

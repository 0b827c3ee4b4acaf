interface KeyPress {
  key: string
  keyCode: number
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  isComposing: boolean
}

/** The key code browsers give to keys that an input method takes. */
const TAKEN_BY_INPUT_METHOD = 229

/** What sends the text: Enter alone, or together with Ctrl (on Apple's keyboards Command). */
export type SendKey = 'enter' | 'modEnter'

/**
 * Whether this key press sends the text. Enter that ends a composition (Chinese, Japanese, Korean) does not. Safari
 * reports that Enter after `compositionend`, with `isComposing` false; its key code 229 tells.
 */
export function isSendKey(press: KeyPress, sendKey: SendKey = 'enter'): boolean {
  if (press.key !== 'Enter' || press.isComposing || press.keyCode === TAKEN_BY_INPUT_METHOD) return false
  if (sendKey === 'modEnter' && !press.ctrlKey && !press.metaKey) return false
  return !press.shiftKey && !press.altKey
}

interface KeyPress {
  key: string
  keyCode: number
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  isComposing: boolean
}

/** The key code of key presses handled by an input method. */
const TAKEN_BY_INPUT_METHOD = 229

/** Enter alone, or together with Ctrl (Command on Apple keyboards). */
export const SEND_KEYS = ['enter', 'modEnter'] as const

/** The key that sends the text. */
export type SendKey = (typeof SEND_KEYS)[number]

/**
 * Whether this key press sends the text. Enter that ends a composition (Chinese, Japanese, Korean) does not. Safari
 * reports that Enter after `compositionend`, with `isComposing` false but key code 229.
 */
export function isSendKey(press: KeyPress, sendKey: SendKey = 'enter'): boolean {
  if (press.key !== 'Enter' || press.isComposing || press.keyCode === TAKEN_BY_INPUT_METHOD) return false
  if (sendKey === 'modEnter' && !press.ctrlKey && !press.metaKey) return false
  return !press.shiftKey && !press.altKey
}

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
 * Whether the key press belongs to the composition of Chinese, Japanese or Korean text. Safari reports the key that
 * ends it after `compositionend`, with `isComposing` false but key code 229.
 */
export function isComposing(press: Pick<KeyPress, 'isComposing' | 'keyCode'>): boolean {
  return press.isComposing || press.keyCode === TAKEN_BY_INPUT_METHOD
}

/** Whether this key press sends the text. Enter that ends a composition does not. */
export function isSendKey(press: KeyPress, sendKey: SendKey = 'enter'): boolean {
  if (press.key !== 'Enter' || isComposing(press)) return false
  if (sendKey === 'modEnter' && !press.ctrlKey && !press.metaKey) return false
  return !press.shiftKey && !press.altKey
}

/** Keyboard shortcuts of every page. */
interface Shortcut {
  /** `KeyboardEvent.key`, in lower case. */
  key: string
  /** With Ctrl, or Command on Apple keyboards. */
  hasMod: boolean
  hasShift?: boolean
}

export const SHORTCUTS = {
  search: { key: 'k', hasMod: true },
  newChat: { key: 'o', hasMod: true, hasShift: true },
  sidebar: { key: 'b', hasMod: true },
  settings: { key: ',', hasMod: true },
  shortcuts: { key: '?', hasMod: false },
} as const satisfies Record<string, Shortcut>

export type ShortcutName = keyof typeof SHORTCUTS

type KeyPress = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'>

/** The shortcut for a key press. In text fields, keys without Ctrl or Command are text. */
export function shortcutOf(press: KeyPress, isWriting: boolean): ShortcutName | null {
  if (press.altKey || press.isComposing) return null
  const hasMod = press.ctrlKey || press.metaKey
  if (!hasMod && isWriting) return null
  const names = Object.keys(SHORTCUTS) as ShortcutName[]
  const matches = (shortcut: Shortcut) =>
    shortcut.key === press.key.toLowerCase() &&
    shortcut.hasMod === hasMod &&
    // Without Ctrl, the key itself reflects Shift.
    (!shortcut.hasMod || (shortcut.hasShift ?? false) === press.shiftKey)
  return names.find((name) => matches(SHORTCUTS[name])) ?? null
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent)
}

/** The name of the modifier key on this keyboard. */
export function modKey(): string {
  return isApple() ? '⌘' : 'Ctrl'
}

/** The key labels, in the order they are pressed. */
export function keyCaps(name: ShortcutName): string[] {
  const { key, hasMod, hasShift = false }: Shortcut = SHORTCUTS[name]
  return [...(hasMod ? [modKey()] : []), ...(hasShift ? ['Shift'] : []), key.toUpperCase()]
}

/** Whether the key press, in a composer, adds files or makes a long paste an attachment: Ctrl or Command with U. */
export function isAttachKey(press: KeyPress): boolean {
  const isPlain = !press.altKey && !press.shiftKey && !press.isComposing
  return isPlain && (press.ctrlKey || press.metaKey) && press.key.toLowerCase() === 'u'
}

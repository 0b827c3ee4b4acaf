import type { RefObject } from 'react'

type Opener = RefObject<HTMLElement | null>

/** The menus that are open, with the button that opened each. */
const openers = new Map<Element, Opener>()

/** Call with the menu's element when it opens; returns a function to call when it closes. */
export function registerMenu(menu: Element, opener: Opener): () => void {
  openers.set(menu, opener)
  return () => openers.delete(menu)
}

export function isMenuOpen(): boolean {
  return openers.size > 0
}

/** The button that opened the menu around this element; undefined outside of menus. */
export function findOpener(element: Element | null): HTMLElement | null | undefined {
  for (const [menu, opener] of openers) if (menu.contains(element)) return opener.current
  return undefined
}

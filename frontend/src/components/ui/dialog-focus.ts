import { useRef } from 'react'
import { findOpener } from '@/components/ui/open-menus'

/** Returns the focused element; for an item of a menu, which disappears, the button that opened the menu. */
function focusedElement(): HTMLElement | null {
  const active = document.activeElement
  return findOpener(active) ?? (active instanceof HTMLElement ? active : null)
}

/**
 * Handlers for the content of a dialog without a trigger. When it opens, the focus goes to the element that `findFirst`
 * returns, or else to the first that takes it. When it closes, the focus returns to where it was, or to `opener`.
 */
export function useDialogFocus(
  findFirst?: (content: HTMLElement) => HTMLElement | null,
  opener?: HTMLElement | null,
) {
  const before = useRef<HTMLElement | null>(null)
  return {
    onOpenAutoFocus: (event: Event) => {
      before.current = focusedElement()
      const first = event.currentTarget instanceof HTMLElement ? findFirst?.(event.currentTarget) : null
      if (!first) return
      event.preventDefault()
      first.focus()
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      ;(opener ?? before.current)?.focus()
    },
  }
}

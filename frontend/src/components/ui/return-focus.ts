import { useRef } from 'react'
import { findOpener } from '@/components/ui/open-menus'

/** Returns the focused element; for an item of a menu, which disappears, the button that opened the menu. */
function focusedElement(): HTMLElement | null {
  const active = document.activeElement
  return findOpener(active) ?? (active instanceof HTMLElement ? active : null)
}

/**
 * Handlers for the content of a dialog without a trigger: when it closes, the focus returns to where it was, or to
 * `opener`.
 */
export function useReturnFocus(opener?: HTMLElement | null) {
  const before = useRef<HTMLElement | null>(null)
  return {
    onOpenAutoFocus: () => {
      before.current = focusedElement()
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      ;(opener ?? before.current)?.focus()
    },
  }
}

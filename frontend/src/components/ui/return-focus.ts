import { useRef } from 'react'

/** Where the focus was; for an item of a menu, which goes away, the button that opened it. */
function focusedElement(): HTMLElement | null {
  const active = document.activeElement
  const opener = active?.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  const element = opener ? document.getElementById(opener) : active
  return element instanceof HTMLElement ? element : null
}

/** For the content of a dialog without a button of its own: the focus goes back to where it was. */
export function useReturnFocus() {
  const before = useRef<HTMLElement | null>(null)
  return {
    onOpenAutoFocus: () => {
      before.current = focusedElement()
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      before.current?.focus()
    },
  }
}

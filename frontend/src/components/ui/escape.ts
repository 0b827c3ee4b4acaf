import { isMenuOpen } from '@/components/ui/open-menus'

/** Escape key presses that a toast, which lies over everything else, leaves to the dialog beneath it. */
const passedOn = new WeakSet<Event>()

/** Leaves the event to the dialog. While a menu is open no dialog can take it, so the toast does. */
export function passEscapeOn(event: KeyboardEvent): void {
  if (isMenuOpen()) return
  event.preventDefault()
  passedOn.add(event)
}

export function isPassedOn(event: Event): boolean {
  return passedOn.has(event)
}

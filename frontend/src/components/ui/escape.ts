import { isMenuOpen } from '@/components/ui/open-menus'

/** Escapes that a notice, which lies over everything else, leaves to the dialog beneath it. */
const passedOn = new WeakSet<Event>()

/** Leaves the event to the dialog. While a menu is open no dialog can take it, so the notice does. */
export function passEscapeOn(event: KeyboardEvent): void {
  if (isMenuOpen()) return
  event.preventDefault()
  passedOn.add(event)
}

export function isPassedOn(event: Event): boolean {
  return passedOn.has(event)
}

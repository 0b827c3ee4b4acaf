import { isMenuOpen } from '@/components/ui/open-menus'
import { isComposing } from '@/lib/composer-keys'

/** Escape key presses that a toast, which lies over everything else, leaves to the dialog beneath it. */
const passedOn = new WeakSet<Event>()

/** Keeps a dialog open when Escape only cancels the composition of text in it. */
export function keepWhileComposing(event: KeyboardEvent): void {
  if (isComposing(event)) event.preventDefault()
}

/** Leaves the event to the dialog. While a menu is open no dialog can take it, so the toast does. */
export function passEscapeOn(event: KeyboardEvent): void {
  if (isMenuOpen()) return
  event.preventDefault()
  passedOn.add(event)
}

export function isPassedOn(event: Event): boolean {
  return passedOn.has(event)
}

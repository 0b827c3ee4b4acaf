import { isMenuOpen } from '@/components/ui/open-menus'
import { isComposing } from '@/lib/composer-keys'

/** Escape key presses that a toast left to the dialog beneath it. */
const leftToDialog = new WeakSet<Event>()

/** Keeps a dialog open when Escape only cancels the composition of text in it. */
export function keepWhileComposing(event: KeyboardEvent): void {
  if (isComposing(event)) event.preventDefault()
}

/** Leaves Escape to the dialog; while a menu is open, no dialog can handle it, so the toast does. */
export function leaveEscapeToDialog(event: KeyboardEvent): void {
  if (isMenuOpen()) return
  event.preventDefault()
  leftToDialog.add(event)
}

export function isLeftToDialog(event: Event): boolean {
  return leftToDialog.has(event)
}

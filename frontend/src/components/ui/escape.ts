/** Escapes that a notice, which lies over all else, leaves to the dialog beneath it. */
const passedOn = new WeakSet<Event>()

/** Has the dialog take it; where a menu is open there is none to ask, and the notice takes it after all. */
export function passEscapeOn(event: KeyboardEvent): void {
  if (document.querySelector('[role="menu"]')) return
  event.preventDefault()
  passedOn.add(event)
}

export function isPassedOn(event: Event): boolean {
  return passedOn.has(event)
}

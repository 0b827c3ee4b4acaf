/**
 * Copies text; false when the browser does not let us. `navigator.clipboard` is missing on pages served over plain
 * http from another machine, so the old way is the fall-back.
 */
export async function copyText(text: string): Promise<boolean> {
  const clipboard = (navigator as Partial<Navigator>).clipboard
  if (clipboard) {
    try {
      await clipboard.writeText(text)
      return true
    } catch {
      // Refused (no permission, no focus): the old way may still do.
    }
  }
  return copyBySelection(text)
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.readOnly = true
  area.style.position = 'fixed'
  area.style.opacity = '0'
  const focused = document.activeElement
  // An open dialog keeps focus inside itself, so the field has to be inside it too.
  const host = focused?.closest('[role="dialog"]') ?? document.body
  host.append(area)
  area.focus({ preventScroll: true })
  area.select()
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without a secure context
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    area.remove()
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  }
}

/**
 * Copies text; false if the browser refuses. `navigator.clipboard` is missing on pages served over plain
 * http from another machine, so `execCommand` is the fallback.
 */
export async function copyText(text: string): Promise<boolean> {
  const clipboard = (navigator as Partial<Navigator>).clipboard
  if (clipboard) {
    try {
      await clipboard.writeText(text)
      return true
    } catch {
      // Refused (no permission, no focus): `execCommand` may still work.
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
  // An open dialog traps the focus, so the field must be inside it.
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

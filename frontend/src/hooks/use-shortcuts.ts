import { useEffect, useEffectEvent } from 'react'
import { type ShortcutName, shortcutOf } from '@/lib/shortcuts'

/** Handles the page's keyboard shortcuts while mounted. */
export function useShortcuts(actions: Partial<Record<ShortcutName, () => void>>): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const name = shortcutOf(event, isWriting(event.target))
    const run = name === null ? undefined : actions[name]
    if (!run || event.defaultPrevented) return
    event.preventDefault()
    run()
  })

  useEffect(() => {
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

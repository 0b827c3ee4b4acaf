import { basePath } from '@/lib/base-path'

/** A page that was loaded less than this long ago, in milliseconds, is not reloaded: it would be the same again. */
const JUST_LOADED_MS = 10_000

/**
 * Reloads the page when the server no longer has a chunk of it, as after an upgrade. The page returns to the same place
 * and loses no unsent text.
 */
export function reloadReplacedBuild(): void {
  window.addEventListener('vite:preloadError', () => void reloadIfReplaced())
}

async function reloadIfReplaced(): Promise<void> {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"]')?.getAttribute('src')
  if (!script || performance.now() < JUST_LOADED_MS) return
  const response = await fetch(`${basePath}/`, { cache: 'no-store' }).catch(() => null)
  if (response?.ok && !(await response.text()).includes(script)) location.reload()
}

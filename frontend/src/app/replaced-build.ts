/** So young a page was just loaded: doing it again would not help. */
const YOUNG_MS = 10_000

/**
 * A part of the pages that is loaded when it is used may be gone by then: the server has been upgraded. The page is
 * loaded anew; nothing written is lost by that, and it comes back at the same place.
 */
export function followReplacedBuild(): void {
  window.addEventListener('vite:preloadError', () => void reloadIfReplaced())
}

async function reloadIfReplaced(): Promise<void> {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"]')?.getAttribute('src')
  if (!script || performance.now() < YOUNG_MS) return
  const answer = await fetch('/', { cache: 'no-store' }).catch(() => null)
  if (answer?.ok && !(await answer.text()).includes(script)) location.reload()
}

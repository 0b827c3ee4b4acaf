const LOOK_MS = 100
/** Looks several times, because a busy browser may do none of the page's work during one long pause. */
const QUIET_LOOKS = 4
const MAX_MS = 15_000

/**
 * Resolves when the element has not changed for 0.3 to 0.4 seconds and its images have loaded; after 15 s at the
 * latest.
 */
export async function whenStill(element: Element): Promise<void> {
  let next = 0
  let longest = 0
  let looks = 0
  const observer = new MutationObserver(() => {
    looks = 0
  })
  observer.observe(element, { subtree: true, childList: true, characterData: true, attributes: true })
  await new Promise<void>((resolve) => {
    const look = () => {
      looks += 1
      if (looks >= QUIET_LOOKS && [...element.querySelectorAll('img')].every(isDrawn)) resolve()
      else next = window.setTimeout(look, LOOK_MS)
    }
    longest = window.setTimeout(resolve, MAX_MS)
    next = window.setTimeout(look, LOOK_MS)
  })
  window.clearTimeout(next)
  window.clearTimeout(longest)
  observer.disconnect()
}

/** A broken image is complete too; with `data-loading`, it will be loaded from another URL. */
function isDrawn(image: HTMLImageElement): boolean {
  return image.complete && !image.hasAttribute('data-loading')
}

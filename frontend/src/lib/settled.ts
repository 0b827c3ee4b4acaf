const QUIET_MS = 300
const LONGEST_MS = 15_000

/** Resolves when the element has not changed for a moment and its images have loaded; after 15 s at the latest. */
export async function whenSettled(element: Element): Promise<void> {
  let quiet = 0
  let longest = 0
  let observer: MutationObserver | undefined
  const settled = new Promise<void>((resolve) => {
    const wait = () => {
      window.clearTimeout(quiet)
      quiet = window.setTimeout(() => {
        if ([...element.querySelectorAll('img')].every(({ complete }) => complete)) resolve()
        else wait()
      }, QUIET_MS)
    }
    longest = window.setTimeout(resolve, LONGEST_MS)
    observer = new MutationObserver(wait)
    observer.observe(element, { subtree: true, childList: true, characterData: true, attributes: true })
    wait()
  })
  await settled
  window.clearTimeout(quiet)
  window.clearTimeout(longest)
  observer?.disconnect()
}

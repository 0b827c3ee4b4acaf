import { onlineManager } from '@tanstack/react-query'
import { cleanup, configure, prettyDOM } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { keepComputedStyles } from '@/test/computed-style'
import { server } from '@/test/server'

/** jsdom never lays out the page, so observers report nothing. */
class IdleObserver {
  readonly observe = () => undefined
  readonly unobserve = () => undefined
  readonly disconnect = () => undefined
}

// APIs of a browser with layout, which jsdom lacks.
Object.assign(globalThis, { ResizeObserver: IdleObserver, IntersectionObserver: IdleObserver })
Object.assign(window, {
  matchMedia: (media: string) => Object.assign(new EventTarget(), { matches: false, media }),
})
Object.assign(Element.prototype, {
  scrollIntoView: () => undefined,
  scrollTo: () => undefined,
  scrollBy: () => undefined,
  hasPointerCapture: () => false,
})

configure({
  // Only limits how long a failing test waits: the machine may be busy.
  asyncUtilTimeout: 20_000,
  getElementError: missingElement,
})

const Channel = BroadcastChannel

/** The error of a query without a match, which prints the page only when its message is read: a wait reads the last. */
function missingElement(message: string | null, container: Element): Error {
  const error = new Error()
  error.name = 'TestingLibraryElementError'
  const describe = () => [message, prettyDOM(container)].filter(Boolean).join('\n\n')
  return Object.defineProperty(error, 'message', { configurable: true, get: describe })
}

/** Prepares and cleans up the page of each test in a file, and what the files share of it. */
export function setUpPage(): void {
  const removeListeners = collectListeners()
  const forgetStyles = keepComputedStyles()

  beforeEach(() => {
    // Pages of earlier tests are still in memory, so each test gets its own channels, as a separate browser would.
    const suffix = `-${crypto.randomUUID()}`
    globalThis.BroadcastChannel = class extends Channel {
      constructor(name: string) {
        super(name + suffix)
      }
    }
  })

  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))

  afterEach(() => {
    cleanup()
    localStorage.clear()
    sessionStorage.clear()
    server.resetHandlers()
    // Packages are loaded once for all files, so a test that goes offline would pause the queries of later ones.
    onlineManager.setOnline(true)
  })

  afterAll(() => {
    server.close()
    globalThis.BroadcastChannel = Channel
    removeListeners()
    forgetStyles()
    emptyPage()
  })
}

/** Returns a function that removes the listeners added to the window since: the listeners of a file end with it. */
function collectListeners(): () => void {
  const added: Parameters<typeof window.addEventListener>[] = []
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the window below
  const add = window.addEventListener
  window.addEventListener = (...listener: Parameters<typeof window.addEventListener>) => {
    added.push(listener)
    add.apply(window, listener)
  }
  return () => {
    window.addEventListener = add
    for (const listener of added) window.removeEventListener(...listener)
  }
}

function emptyPage(): void {
  const root = document.documentElement
  for (const name of root.getAttributeNames()) root.removeAttribute(name)
  document.head.replaceChildren()
  document.body.replaceChildren()
  window.history.replaceState(null, '', '/')
}

import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
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

// Only limits how long a failing test waits: the machine may be busy.
configure({ asyncUtilTimeout: 10_000 })

const Channel = BroadcastChannel
let tests = 0

/** Prepares and cleans up the page of each test in a file. */
export function setUpPage(): void {
  beforeEach(() => {
    // Pages of earlier tests are still in memory, so each test gets its own channels, as a separate browser would.
    tests += 1
    const suffix = `-${tests}`
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
  })

  afterAll(() => server.close())
}

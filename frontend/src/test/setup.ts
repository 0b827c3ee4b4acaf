import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { server } from '@/test/server'

/** An observer in a page that is never laid out has nothing to tell. */
class IdleObserver {
  readonly observe = () => undefined
  readonly unobserve = () => undefined
  readonly disconnect = () => undefined
}

if (typeof document !== 'undefined') {
  // jsdom draws nothing; these are what the page asks of a browser that does.
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
}

// Only how long to wait for what does not come: the machine may be busy.
configure({ asyncUtilTimeout: 10_000 })

const Channel = BroadcastChannel
let tests = 0

beforeEach(() => {
  // Pages of earlier tests are still in memory: each test is a browser of its own, whose tabs hear one another.
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
  if (typeof document !== 'undefined') {
    cleanup()
    localStorage.clear()
    sessionStorage.clear()
  }
  server.resetHandlers()
})

afterAll(() => server.close())

import { cleanup } from '@testing-library/react'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { server } from '@/test/server'

if (typeof document !== 'undefined') {
  // jsdom draws nothing; these are what the page asks of a browser that does.
  window.matchMedia ??= (query) =>
    Object.assign(new EventTarget(), { matches: false, media: query }) as MediaQueryList
  globalThis.ResizeObserver ??= class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  }
  globalThis.IntersectionObserver ??= class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  } as unknown as typeof IntersectionObserver
  Element.prototype.scrollIntoView ??= () => undefined
  Element.prototype.scrollTo ??= () => undefined
  Element.prototype.scrollBy ??= () => undefined
  Element.prototype.hasPointerCapture ??= () => false
}

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

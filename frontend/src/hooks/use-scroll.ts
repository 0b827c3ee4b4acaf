import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { Log } from '@/hooks/use-log'

/** Scrolling up by this many pixels stops following the end. */
const UNFOLLOW_PX = 3
/** A view this close to the end counts as at the end, in pixels. */
const AT_END_PX = 8
/** A scroll within this time after an input event is the user's, in milliseconds. */
const INPUT_MS = 800
/** Longest duration of a smooth scroll, in milliseconds. */
const MAX_SMOOTH_MS = 800
/** Longest distance of a smooth scroll, in heights of the view. */
const MAX_SMOOTH_VIEWS = 1.5

interface Scroll {
  viewport: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  /** Whether the newest text is below the view. */
  isAway: boolean
  /** Scrolls to the end, smoothly if asked, and follows it. */
  toEnd: (isSmooth?: boolean) => void
  /** Scrolls the element to the top of the view, which stays there while the text below grows. */
  holdAt: (element: HTMLElement) => void
}

function hasModifier({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  return altKey || ctrlKey || metaKey || shiftKey
}

function distanceToEnd(view: HTMLElement): number {
  return view.scrollHeight - view.scrollTop - view.clientHeight
}

/** How far the end of the newest text is below the view. */
function distanceToText(view: HTMLElement, newest: HTMLElement | null): number {
  const text = newest?.lastElementChild
  if (!text) return distanceToEnd(view)
  return text.getBoundingClientRect().bottom - view.getBoundingClientRect().bottom
}

/** Jumps over most of a long distance. Returns how to scroll the rest: smoothly, or at once with reduced motion. */
function jumpNear(view: HTMLElement, distance: number): ScrollBehavior {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return 'instant'
  const rest = view.clientHeight * MAX_SMOOTH_VIEWS
  if (Math.abs(distance) > rest)
    view.scrollBy({ top: distance - Math.sign(distance) * rest, behavior: 'instant' })
  return 'smooth'
}

/**
 * Follows the end of growing content only while the user is there. If it does not start at the end, it stays put
 * until the user scrolls there. `newest` is the element whose last child is the newest text.
 */
export function useScroll(startsAtEnd: boolean, newest: RefObject<HTMLElement | null>): Scroll {
  const viewport = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const isFollowing = useRef(startsAtEnd)
  const lastTop = useRef(0)
  const lastInputAt = useRef(0)
  /** Timer for the end of the current smooth scroll to the end. */
  const smoothScroll = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [isAway, setIsAway] = useState(false)

  const endSmoothScroll = useCallback(() => {
    clearTimeout(smoothScroll.current)
    smoothScroll.current = undefined
  }, [])

  const toEnd = useCallback(
    (isSmooth = false) => {
      const view = viewport.current
      isFollowing.current = true
      endSmoothScroll()
      if (!view) return
      const behavior = isSmooth ? jumpNear(view, distanceToEnd(view)) : 'instant'
      view.scrollTo({ top: view.scrollHeight, behavior })
      if (behavior === 'instant') return
      // A smooth scroll stops where the end was when it began.
      smoothScroll.current = setTimeout(() => {
        smoothScroll.current = undefined
        view.scrollTop = view.scrollHeight
      }, MAX_SMOOTH_MS)
    },
    [endSmoothScroll],
  )

  useLayoutEffect(() => {
    const view = viewport.current
    const inner = content.current
    if (!view || !inner) return
    // Below the text may be the empty part of a section that is held at the top.
    const measure = () => setIsAway(distanceToText(view, newest.current) > AT_END_PX)
    const onInput = () => {
      lastInputAt.current = performance.now()
      endSmoothScroll()
    }
    const onScroll = () => {
      const isByUser = performance.now() - lastInputAt.current < INPUT_MS
      const isAtEnd = distanceToEnd(view) <= AT_END_PX
      // Content that shrinks also moves the view up, but leaves it at the end: that neither stops nor begins following.
      if (smoothScroll.current === undefined && view.scrollTop <= lastTop.current - UNFOLLOW_PX && !isAtEnd)
        isFollowing.current = false
      else if (isByUser && isAtEnd && view.scrollTop > lastTop.current) isFollowing.current = true
      lastTop.current = view.scrollTop
      measure()
    }
    const observer = new ResizeObserver(() => {
      if (isFollowing.current && smoothScroll.current === undefined) view.scrollTop = view.scrollHeight
      lastTop.current = view.scrollTop
      measure()
    })
    observer.observe(inner)
    observer.observe(view)
    view.addEventListener('scroll', onScroll, { passive: true })
    // The browser's own scroll to the end would not reach text added meanwhile.
    const onKeyDown = (event: KeyboardEvent) => {
      onInput()
      if (event.key !== 'End' || event.target !== view || hasModifier(event)) return
      event.preventDefault()
      toEnd(true)
    }
    const inputs = ['wheel', 'touchmove', 'pointerdown'] as const
    for (const name of inputs) view.addEventListener(name, onInput, { passive: true })
    view.addEventListener('keydown', onKeyDown)
    return () => {
      endSmoothScroll()
      observer.disconnect()
      view.removeEventListener('scroll', onScroll)
      for (const name of inputs) view.removeEventListener(name, onInput)
      view.removeEventListener('keydown', onKeyDown)
    }
  }, [newest, toEnd, endSmoothScroll])

  const holdAt = useCallback(
    (element: HTMLElement) => {
      const view = viewport.current
      isFollowing.current = false
      endSmoothScroll()
      if (!view) return
      const distance = element.getBoundingClientRect().top - view.getBoundingClientRect().top
      element.scrollIntoView({ block: 'start', behavior: jumpNear(view, distance) })
    },
    [endSmoothScroll],
  )

  return { viewport, content, isAway, toEnd, holdAt }
}

/**
 * Keeps the element at least as high as the view of the log around it. A container query unit would do the same, but
 * would lay out the whole log again for each letter that arrives.
 */
export function useFullHeight(target: RefObject<HTMLElement | null>, isWanted: boolean): void {
  useLayoutEffect(() => {
    const element = target.current
    // The log is not in its ref yet if it is rendered for the first time too.
    const view = element?.closest('[role="log"]')
    if (!element || !view || !isWanted) return
    const fit = () => element.style.setProperty('min-height', `${view.clientHeight}px`)
    fit()
    const observer = new ResizeObserver(fit)
    observer.observe(view)
    return () => {
      observer.disconnect()
      element.style.removeProperty('min-height')
    }
  }, [target, isWanted])
}

/** Keeps what the user sees in place when older messages are put before it. */
export function useKeptPlace({ viewport, rendered }: Log, firstId: string | undefined): void {
  const before = useRef<{ firstId: string | undefined; top: number }>({ firstId: undefined, top: 0 })

  useLayoutEffect(() => {
    const view = viewport.current
    if (!view) return
    const topOf = (id: string | undefined) => {
      const message = id === undefined ? undefined : rendered.get(id)
      return message && message.element.getBoundingClientRect().top + view.scrollTop
    }
    const { firstId: oldFirst, top } = before.current
    const newTop = oldFirst === firstId ? undefined : topOf(oldFirst)
    if (newTop !== undefined) view.scrollBy({ top: newTop - top, behavior: 'instant' })
    before.current = { firstId, top: topOf(firstId) ?? 0 }
  }, [viewport, rendered, firstId])
}

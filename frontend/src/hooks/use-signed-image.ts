import { backoffDelay } from 'ai-chat-client/internal'
import { useEffect, useState } from 'react'
import { ApiError, isTransient } from '@/api/api-error'
import { fetchAttachment } from '@/api/attachments'
import { signedUrl } from '@/api/base-urls'
import { session } from '@/api/session'
import { previewOf, restorePreview } from '@/lib/outbox/file-preview'
import { onUserChange } from '@/lib/storage/user-storage'
import type { Attachment } from '@/types/api'

/** Half of the time for which a URL is valid: the browser still has the image that it loaded from it. */
const REUSED_MS = 150_000

/** An image counts as missing after this many failed URLs, which takes about a minute. */
const MAX_URLS = 8

type Part = 'url' | 'thumbnail_url'

/** The last URL from which each image was loaded: from another URL, the browser would load it again. */
const loaded = new Map<string, { src: string; at: number }>()

onUserChange(() => loaded.clear())

interface SignedImage {
  /** Undefined if there is none. */
  src: string | undefined
  /** Whether it can be shown; until then, a broken image must not be. */
  isLoaded: boolean
  /** Whether it may still be loaded: it has not been given up. */
  isLoading: boolean
  onLoad: () => void
  onError: () => void
}

/** An image at a URL that expires: a new URL is requested when it does, and when the server is back. */
export function useSignedImage(id: string, attachment: Attachment | null, part: Part): SignedImage {
  const key = `${id} ${part}`
  const fresh = useFreshUrl(id, part)
  const [isPreviewBroken, setIsPreviewBroken] = useState(false)
  const [shown, setShown] = useState<string | null>(null)
  const [first, setFirst] = useState<string | null>(() => knownSrc(key))
  const signed = attachment?.[part] ?? ''
  if (first === null && signed !== '') setFirst(signedUrl(signed))
  const [restored, setRestored] = useState<string>()
  const preview = isPreviewBroken || part === 'url' ? undefined : (previewOf(id) ?? restored)
  const src = preview ?? fresh.src ?? first ?? undefined
  // It is not uploaded yet, and the page was loaded again since it was added.
  const isOnlyKept = src === undefined && attachment === null
  useEffect(() => {
    if (isOnlyKept) void restorePreview(id).then(setRestored)
  }, [id, isOnlyKept])

  const isLoaded = shown !== null && shown === src
  return {
    src,
    isLoaded,
    isLoading: src !== undefined && !isLoaded && !fresh.isGivenUp,
    onLoad: () => {
      if (src === undefined) return
      setShown(src)
      if (src !== preview) loaded.set(key, { src, at: Date.now() })
    },
    onError: () => {
      if (preview !== undefined) {
        // The browser cannot show the file itself; the server has made an image of it.
        setIsPreviewBroken(true)
        return
      }
      loaded.delete(key)
      if (src !== undefined) fresh.request()
    },
  }
}

/** A new URL after one has failed: immediately, then after growing delays, and when network or session return. */
function useFreshUrl(id: string, part: Part) {
  const [isGivenUp, setIsGivenUp] = useState(false)
  const [urls, setUrls] = useState<{ src: string | undefined; count: number }>({ src: undefined, count: 0 })
  /** How long to wait before the next request, in milliseconds; null: none is wanted. */
  const [wait, setWait] = useState<{ attempt: number; delay: number } | null>(null)
  useEffect(() => {
    if (wait === null) return
    const asking = new AbortController()
    const stop = () => {
      window.clearTimeout(timer)
      window.removeEventListener('online', ask)
      stopListening()
    }
    const ask = () => {
      stop()
      fetchAttachment(id, asking.signal).then(
        (attachment) => {
          setWait(null)
          // A URL signed within the same second is the same; the browser loads it again under another fragment.
          setUrls(({ count }) => ({
            src: `${signedUrl(attachment[part] ?? '')}#${count + 1}`,
            count: count + 1,
          }))
        },
        (error: unknown) => {
          if (asking.signal.aborted) return
          const next = nextWait(error, wait.attempt)
          setWait(next)
          setIsGivenUp(next === null)
        },
      )
    }
    const timer = wait.delay < Infinity ? window.setTimeout(ask, wait.delay) : undefined
    window.addEventListener('online', ask)
    const stopListening = session.subscribe(ask)
    return () => {
      stop()
      asking.abort()
    }
  }, [id, part, wait])

  return {
    src: urls.src,
    isGivenUp,
    request: () => {
      if (urls.count >= MAX_URLS) setIsGivenUp(true)
      else setWait({ attempt: 0, delay: urls.count === 0 ? 0 : backoffDelay(urls.count) })
    },
  }
}

/** Null when the attachment was deleted: its place stays empty. */
function nextWait(error: unknown, attempt: number) {
  if (!(error instanceof ApiError)) return null
  const { status, retryAfter } = error
  // The next session asks again.
  if (status === 401) return { attempt, delay: Infinity }
  if (status !== 429 && !isTransient(error)) return null
  const delay = retryAfter === null ? backoffDelay(attempt) : retryAfter * 1000
  return { attempt: attempt + 1, delay }
}

function knownSrc(key: string): string | null {
  const known = loaded.get(key)
  return known && Date.now() - known.at < REUSED_MS ? known.src : null
}

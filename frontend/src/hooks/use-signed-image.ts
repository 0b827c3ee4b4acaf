import { useEffect, useState } from 'react'
import { fetchAttachment } from '@/api/attachments'
import { signedUrl } from '@/api/base-urls'
import { previewOf, restorePreview } from '@/lib/file-preview'
import { onUserChange } from '@/lib/user-storage'
import type { Attachment } from '@/types/api'

/** Half of the time for which a URL is valid: the browser still has the image that it loaded from it. */
const REUSED_MS = 150_000

type Part = 'url' | 'thumbnail_url'

/** The last URL from which each image was loaded: another one would load the same image again. */
const loaded = new Map<string, { src: string; at: number }>()

onUserChange(() => loaded.clear())

interface SignedImage {
  /** Undefined: there is none. */
  src: string | undefined
  /** Whether it can be shown; until then, a broken image must not be. */
  isLoaded: boolean
  onLoad: () => void
  onError: () => void
}

/** An image at a URL that expires: a new URL is requested when it does. */
export function useSignedImage(id: string, attachment: Attachment | null, part: Part): SignedImage {
  const key = `${id} ${part}`
  const [refreshed, setRefreshed] = useState<{ src: string; tries: number } | null>(null)
  const [isPreviewBroken, setIsPreviewBroken] = useState(false)
  const [shown, setShown] = useState<string | null>(null)
  const [first, setFirst] = useState<string | null>(() => knownSrc(key))
  const signed = attachment?.[part] ?? ''
  if (first === null && signed !== '') setFirst(signedUrl(signed))
  const [restored, setRestored] = useState<string>()
  const preview = isPreviewBroken || part === 'url' ? undefined : (previewOf(id) ?? restored)
  const src = preview ?? refreshed?.src ?? first ?? undefined
  // It is not uploaded yet, and the page was loaded again since it was added.
  const isOnlyKept = src === undefined && attachment === null
  useEffect(() => {
    if (isOnlyKept) void restorePreview(id).then(setRestored)
  }, [id, isOnlyKept])

  return {
    src,
    isLoaded: shown !== null && shown === src,
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
      const tries = refreshed?.tries ?? 0
      if (src === undefined || tries >= 2) return
      loaded.delete(key)
      fetchAttachment(id).then(
        // A URL signed within the same second is the same; the browser loads it again under another fragment.
        (fresh) => setRefreshed({ src: `${signedUrl(fresh[part] ?? '')}#${tries + 1}`, tries: tries + 1 }),
        // It was deleted, or the server is down: its place stays empty.
        () => undefined,
      )
    },
  }
}

function knownSrc(key: string): string | null {
  const known = loaded.get(key)
  return known && Date.now() - known.at < REUSED_MS ? known.src : null
}

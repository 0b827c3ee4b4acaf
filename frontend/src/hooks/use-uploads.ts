import { useEffect, useMemo } from 'react'
import { pickUploads, type Upload } from '@/lib/outbox/upload'
import { useUploads } from '@/stores/uploads'

/** The uploads with these ids, in their order. */
export function useUploadsOf(ids: readonly string[]): Upload[] {
  const uploads = useUploads((state) => state.items)
  return useMemo(() => pickUploads(ids, uploads), [ids, uploads])
}

/** Uploads what waits while mounted. The code for it loads with the first file. */
export function useUploadQueue(): void {
  const isUsed = useUploads(({ items }) => items.length > 0)

  useEffect(() => {
    if (!isUsed) return
    let stop: (() => void) | null = null
    let isStopped = false
    const start = async () => {
      const { UploadQueue } = await import('@/core/uploads/upload-queue')
      // The component may have been unmounted while the code loaded.
      if (isStopped) return
      const queue = new UploadQueue()
      queue.open()
      stop = () => queue.close()
    }
    void start()
    return () => {
      isStopped = true
      stop?.()
    }
  }, [isUsed])
}

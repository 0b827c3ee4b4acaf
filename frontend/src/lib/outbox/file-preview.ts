/** Images that this page has added, shown from the file itself: no wait, and no flash when the message is sent. */
import { onUserChange, readUserFile } from '@/lib/storage/user-storage'

/** Each preview holds its file in memory or on disk until it is forgotten. */
const MAX_PREVIEWS = 24

interface Size {
  width: number
  height: number
}

const previews = new Map<string, string>()
const sizes = new Map<string, Size>()

onUserChange(() => {
  for (const id of [...previews.keys()]) forgetPreview(id)
  sizes.clear()
})

/** Notes the size of an image, which its message needs before the server has reported it. */
export function keepSize(id: string, { naturalWidth, naturalHeight }: HTMLImageElement): void {
  sizes.set(id, { width: naturalWidth, height: naturalHeight })
}

export function sizeOf(id: string): Size | undefined {
  return sizes.get(id)
}

export function savePreview(id: string, file: Blob): void {
  forgetPreview(id)
  previews.set(id, URL.createObjectURL(file))
  const [oldest] = previews.keys()
  if (previews.size > MAX_PREVIEWS && oldest !== undefined) forgetPreview(oldest)
}

/** The URL of an image that the browser has kept through a reload; undefined if it has none. */
export async function restorePreview(id: string): Promise<string | undefined> {
  const file = await readUserFile(id)
  if (file && !previews.has(id)) savePreview(id, file)
  return previews.get(id)
}

/** The URL of the image with this id; undefined if this page has not added it. */
export function previewOf(id: string): string | undefined {
  return previews.get(id)
}

export function forgetPreview(id: string): void {
  const url = previews.get(id)
  if (url === undefined) return
  URL.revokeObjectURL(url)
  previews.delete(id)
}

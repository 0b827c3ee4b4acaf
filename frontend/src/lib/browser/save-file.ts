const MAX_NAME_LENGTH = 80

/**
 * Saves a file through the browser. Its name loses characters that file systems reject, controls that would show
 * another ending, and the dot in front that hides a file.
 */
export function saveFile(file: Blob, name: string, extension: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = `${fileName(name)}.${extension}`
  link.click()
  // The browser may read the URL only after this call.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function fileName(name: string): string {
  const kept = name
    .replaceAll(/[\p{Bidi_Control}\p{Cs}]/gu, '')
    .replaceAll(/[\p{Cc}\\/:*?"<>|]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[. ]+/, '')
  return Array.from(kept).slice(0, MAX_NAME_LENGTH).join('').trim() || 'conversation'
}

const LONGEST_NAME = 80

/** Saves a file through the browser. Characters that file systems reject are removed from its name. */
export function saveFile(file: Blob, name: string, extension: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = `${fileName(name)}.${extension}`
  link.click()
  // The browser may read the address only after this call.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

function fileName(name: string): string {
  const kept = name.replaceAll(/[\p{Cc}\\/:*?"<>|]+/gu, ' ').replaceAll(/\s+/g, ' ')
  return Array.from(kept).slice(0, LONGEST_NAME).join('').trim() || 'conversation'
}

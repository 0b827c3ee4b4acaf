const LONGEST_NAME = 80

/** Has the browser save the file. What file systems do not take in a name is left out of it. */
export function saveFile(file: Blob, name: string, extension: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = `${fileName(name)}.${extension}`
  link.click()
  // The browser may take up the address only after this.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

function fileName(name: string): string {
  const kept = name.replaceAll(/[\p{Cc}\\/:*?"<>|]+/gu, ' ').replaceAll(/\s+/g, ' ')
  return Array.from(kept).slice(0, LONGEST_NAME).join('').trim() || 'conversation'
}

/** The files that were dropped or pasted, without folders, which browsers give as unreadable files. */
export function withoutFolders({ files, items }: DataTransfer): { files: File[]; hasFolder: boolean } {
  const entries = [...items].filter(({ kind }) => kind === 'file').map((item) => item.webkitGetAsEntry())
  const readable = [...files].filter((_, index) => entries[index]?.isDirectory !== true)
  return { files: readable, hasFolder: readable.length < files.length }
}

import { FileText } from 'lucide-react'

/** Stands for a document; fills its place. */
export function DocumentIcon() {
  return (
    <span className="flex size-full items-center justify-center text-ink-2">
      <FileText aria-hidden className="size-5" />
    </span>
  )
}

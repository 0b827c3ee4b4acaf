import { FileText } from 'lucide-react'

/** The icon of a document, which fills its container. */
export function DocumentIcon() {
  return (
    <span className="flex size-full items-center justify-center text-ink-2">
      <FileText aria-hidden className="size-5" />
    </span>
  )
}

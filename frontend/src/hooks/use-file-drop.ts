import { useEffect, useEffectEvent, useState } from 'react'

/** Takes files that are dropped anywhere on the page while mounted; returns whether some are being dragged over it. */
export function useFileDrop(onTransfer: (transfer: DataTransfer) => void): boolean {
  const [isOver, setIsOver] = useState(false)

  const onDragOver = useEffectEvent((event: DragEvent) => {
    if (!hasFiles(event)) return
    // Without this, the browser would open the file instead of the page.
    event.preventDefault()
    setIsOver(true)
  })
  const onDragLeave = useEffectEvent((event: DragEvent) => {
    // Null: the pointer has left the window.
    if (event.relatedTarget === null) setIsOver(false)
  })
  const onDrop = useEffectEvent((event: DragEvent) => {
    setIsOver(false)
    // An editor inside the page has taken them.
    if (!hasFiles(event) || event.defaultPrevented) return
    event.preventDefault()
    if (event.dataTransfer) onTransfer(event.dataTransfer)
  })

  useEffect(() => {
    window.addEventListener('dragover', onDragOver)
    window.addEventListener('dragleave', onDragLeave)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragover', onDragOver)
      window.removeEventListener('dragleave', onDragLeave)
      window.removeEventListener('drop', onDrop)
    }
  }, [])

  return isOver
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false
}

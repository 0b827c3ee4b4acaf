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
    const over = (event: DragEvent) => onDragOver(event)
    const leave = (event: DragEvent) => onDragLeave(event)
    const drop = (event: DragEvent) => onDrop(event)
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragover', over)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [])

  return isOver
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false
}

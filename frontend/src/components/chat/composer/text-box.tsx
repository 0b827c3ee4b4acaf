import { useEffect, useLayoutEffect, useRef } from 'react'
import { isSendKey } from '@/lib/composer-keys'
import { usePreferences } from '@/stores/preferences'

/** Else every letter lays out the page twice, to see how high the text is. */
const GROWS_BY_ITSELF = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content')

interface TextBoxProps {
  label: string
  value: string
  onChange: (value: string) => void
  onSend: () => void
  onEscape?: () => void
  /** The arrow up in an empty box. */
  onArrowUp?: (() => void) | undefined
  placeholder?: string
  describedBy?: string | undefined
  /** Takes the focus when this becomes true, with the caret at the end. */
  takesFocus: boolean
}

/** Text that grows with its lines. The chosen key sends, but never the Enter that ends an input method's composition. */
export function TextBox({
  label,
  value,
  onChange,
  onSend,
  onEscape,
  onArrowUp,
  takesFocus,
  ...props
}: TextBoxProps) {
  const box = useRef<HTMLTextAreaElement>(null)
  const sendKey = usePreferences((state) => state.sendKey)

  useLayoutEffect(() => {
    const element = box.current
    if (!element || GROWS_BY_ITSELF) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [value])

  useEffect(() => {
    const element = box.current
    if (!element || !takesFocus) return
    element.focus({ preventScroll: true })
    element.setSelectionRange(element.value.length, element.value.length)
  }, [takesFocus])

  return (
    <textarea
      ref={box}
      rows={1}
      aria-label={label}
      aria-describedby={props.describedBy}
      placeholder={props.placeholder}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.nativeEvent.isComposing) onEscape?.()
        if (event.key === 'ArrowUp' && value === '' && !event.nativeEvent.isComposing && onArrowUp) {
          event.preventDefault()
          onArrowUp()
        }
        if (!isSendKey(event.nativeEvent, sendKey)) return
        event.preventDefault()
        onSend()
      }}
      className="field-sizing-content max-h-48 w-full resize-none overflow-y-auto bg-transparent px-2.5 py-1.5 text-base outline-none"
    />
  )
}

import { type ClipboardEventHandler, useEffect, useLayoutEffect, useRef } from 'react'
import { isComposing, isSendKey } from '@/lib/composer-keys'
import { usePreferences } from '@/stores/preferences'

/** Whether the browser sizes the box. Measuring the text instead lays out the page twice for each typed letter. */
const HAS_FIELD_SIZING = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content')

interface TextBoxProps {
  label: string
  value: string
  onChange: (value: string) => void
  onPaste?: ClipboardEventHandler | undefined
  onSend: () => void
  onEscape?: () => void
  /** Called for the up arrow in an empty box. */
  onArrowUp?: (() => void) | undefined
  placeholder?: string
  describedBy?: string | undefined
  /** When this becomes true, the box takes the focus with the caret at the end, unless the user is typing elsewhere. */
  takesFocus: boolean
}

/** A text box that grows with its text. The chosen key sends; Enter that ends an IME composition never does. */
export function TextBox({
  label,
  value,
  onChange,
  onPaste,
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
    if (!element || HAS_FIELD_SIZING) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [value])

  useEffect(() => {
    const element = box.current
    if (!element || !takesFocus || isTypingElsewhere(element)) return
    element.focus({ preventScroll: true })
    element.setSelectionRange(element.value.length, element.value.length)
  }, [takesFocus])

  return (
    <textarea
      ref={box}
      rows={1}
      dir="auto"
      aria-label={label}
      aria-describedby={props.describedBy}
      placeholder={props.placeholder}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onPaste={onPaste}
      onKeyDown={(event) => {
        if (isComposing(event.nativeEvent)) return
        if (event.key === 'Escape') onEscape?.()
        if (event.key === 'ArrowUp' && value === '' && onArrowUp) {
          event.preventDefault()
          onArrowUp()
        }
        if (!isSendKey(event.nativeEvent, sendKey)) return
        event.preventDefault()
        onSend()
      }}
      className="field-sizing-content max-h-48 w-full resize-none overflow-y-auto bg-transparent px-2.5 py-1.5 text-base outline-none low:max-h-[18dvh] low:py-0.5"
    />
  )
}

/**
 * Whether the user is typing in another field: an edit can be restored at any time, when its message is loaded or comes
 * into view. An empty field does not count, because the up arrow in it opens an edit.
 */
function isTypingElsewhere(box: HTMLTextAreaElement): boolean {
  const active = document.activeElement
  const isField = active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement
  return isField && active !== box && active.value !== ''
}

import { useEffect, useEffectEvent, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { LengthNote } from '@/components/ui/length-note'
import { useLimits } from '@/hooks/use-limits'
import { isComposing, isSendKey } from '@/lib/composer-keys'
import { checkLength } from '@/lib/text/text-length'
import { isBlank, makeStorable } from '@/lib/text/typed-text'
import { endRename, saveRename, useRenames } from '@/stores/renames'

interface TitleEditorProps {
  /** The key under which the store of renames keeps the text, which begins as `title`. */
  field: string
  title: string
  /** Receives the new name (null if unchanged), and whether a key ended the edit: then the focus is lost. */
  onDone: (title: string | null, isEndedByKey: boolean) => void
}

/**
 * Edits a conversation's name in place. Enter and leaving the field save it, Escape cancels. A name that is too long
 * stays in the field, also while the field is out of view.
 */
export function TitleEditor({ field, title, onDone }: TitleEditorProps) {
  const { t } = useTranslation()
  const limit = useLimits()?.title_max
  const noteId = useId()
  const text = useRenames((texts) => texts[field]) ?? title
  const box = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)
  const name = makeStorable(text.trim())
  const isTooLong = checkLength(name, limit).over > 0

  const takeFocus = useEffectEvent(() => {
    // A field that is back in view leaves the focus where it is.
    if (text === title) box.current?.select()
  })
  useEffect(() => {
    // The menu that opened the field returns the focus first.
    const frame = requestAnimationFrame(() => takeFocus())
    return () => cancelAnimationFrame(frame)
  }, [])

  const finish = (next: string | null, isEndedByKey: boolean) => {
    if (isDone.current) return
    isDone.current = true
    endRename(field)
    onDone(next, isEndedByKey)
  }
  const save = (isEndedByKey = false) => {
    if (!isTooLong) finish(isBlank(name) || name === title ? null : name, isEndedByKey)
  }

  // A row far outside the view is no longer rendered.
  const onRemoved = useEffectEvent(() => save())
  useEffect(() => {
    const input = box.current
    return () => {
      if (input?.isConnected === false) onRemoved()
    }
  }, [])

  return (
    <div className="relative w-full">
      <input
        ref={box}
        dir="auto"
        aria-label={t('sidebar.renameLabel')}
        value={text}
        aria-describedby={noteId}
        aria-invalid={isTooLong}
        onChange={(event) => saveRename(field, event.target.value)}
        onBlur={() => save()}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return
          if (event.key === 'Escape') finish(null, true)
          else if (isSendKey(event.nativeEvent)) {
            // Otherwise the key also presses the link or the button that has the focus afterwards.
            event.preventDefault()
            save(true)
          }
        }}
        className="w-full rounded-lg border border-accent bg-raised px-2.5 py-1 text-sm outline-none aria-invalid:border-danger"
      />
      <LengthNote
        id={noteId}
        text={name}
        limit={limit}
        className="absolute inset-x-0 top-full z-10 mt-1 rounded-md border border-line bg-raised py-1 shadow-overlay empty:hidden"
      />
    </div>
  )
}

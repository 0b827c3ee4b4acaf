import { useEffect, useEffectEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LengthNote } from '@/components/ui/length-note'
import { useLimits } from '@/hooks/use-limits'
import { isComposing, isSendKey } from '@/lib/composer-keys'
import { checkLength } from '@/lib/text-length'
import { isBlank, makeStorable } from '@/lib/typed-text'

interface TitleEditorProps {
  title: string
  /** Receives the new name, null if it did not change, and whether a key ended the edit: the focus has no place then. */
  onDone: (title: string | null, isEndedByKey: boolean) => void
}

/** Edits a conversation's name in place. Enter and leaving the field save it unless it is too long, Escape cancels. */
export function TitleEditor({ title, onDone }: TitleEditorProps) {
  const { t } = useTranslation()
  const limit = useLimits()?.title_max
  const noteId = useId()
  const [text, setText] = useState(title)
  const box = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)
  const name = makeStorable(text.trim())
  const isTooLong = checkLength(name, limit).over > 0

  useEffect(() => {
    // The menu that opened the field returns the focus first.
    const frame = requestAnimationFrame(() => box.current?.select())
    return () => cancelAnimationFrame(frame)
  }, [])

  const finish = (next: string | null, isEndedByKey: boolean) => {
    if (isDone.current) return
    isDone.current = true
    onDone(next, isEndedByKey)
  }
  const keep = (isEndedByKey = false) => {
    if (!isTooLong) finish(isBlank(name) || name === title ? null : name, isEndedByKey)
  }

  // A row far outside the view is no longer rendered.
  const onGone = useEffectEvent(() => keep())
  useEffect(() => {
    const wasThere = box.current
    return () => {
      if (wasThere?.isConnected === false) onGone()
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
        onChange={(event) => setText(event.target.value)}
        onBlur={() => keep()}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return
          if (event.key === 'Escape') finish(null, true)
          else if (isSendKey(event.nativeEvent)) keep(true)
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

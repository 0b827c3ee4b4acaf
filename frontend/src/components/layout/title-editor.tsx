import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLimits } from '@/hooks/use-limits'
import { isComposing, isSendKey } from '@/lib/composer-keys'
import { isBlank, makeStorable } from '@/lib/typed-text'

interface TitleEditorProps {
  title: string
  /** Receives the new name, null if it did not change, and whether a key ended the edit: the focus has no place then. */
  onDone: (title: string | null, isEndedByKey: boolean) => void
}

/** Edits a conversation's name in place. Enter and leaving the field save it, Escape cancels. */
export function TitleEditor({ title, onDone }: TitleEditorProps) {
  const { t } = useTranslation()
  const limits = useLimits()
  const [text, setText] = useState(title)
  const box = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)

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
    const next = makeStorable(text.trim())
    finish(isBlank(next) || next === title ? null : next, isEndedByKey)
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
    <input
      ref={box}
      dir="auto"
      aria-label={t('sidebar.renameLabel')}
      value={text}
      maxLength={limits?.title_max}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => keep()}
      onKeyDown={(event) => {
        if (isComposing(event.nativeEvent)) return
        if (event.key === 'Escape') finish(null, true)
        else if (isSendKey(event.nativeEvent)) keep(true)
      }}
      className="w-full rounded-lg border border-accent bg-raised px-2.5 py-1 text-sm outline-none"
    />
  )
}

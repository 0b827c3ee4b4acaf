import { Archive, Bot, MessageSquare, User } from 'lucide-react'
import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'
import type { PaletteOption } from '@/components/palette/palette-option'
import { KeyCaps } from '@/components/ui/key-caps'
import { useScrolledIntoView } from '@/hooks/use-scrolled-into-view'
import { titleText } from '@/i18n/title-text'
import { assertNever } from '@/lib/assert-never'
import type { SearchHit } from '@/types/api'

interface PaletteRowProps {
  id: string
  option: PaletteOption
  isActive: boolean
  onActivate: () => void
  onChoose: () => void
}

export function PaletteRow({ id, option, isActive, onActivate, onChoose }: PaletteRowProps) {
  const row = useScrolledIntoView(isActive)

  return (
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={isActive}
      // Keeps the focus in the text field.
      onPointerDown={(event) => event.preventDefault()}
      onPointerMove={onActivate}
      onClick={onChoose}
      className={clsx(
        'flex min-h-10 cursor-pointer items-center gap-3 rounded-lg px-3 py-1.5 text-sm touch:min-h-12',
        '[&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3',
        isActive && 'bg-pressed',
      )}
    >
      <Content option={option} />
    </div>
  )
}

function Content({ option }: { option: PaletteOption }) {
  const { t } = useTranslation()
  switch (option.kind) {
    case 'command':
      return (
        <>
          <option.Icon aria-hidden />
          <span className="grow truncate">{option.text}</span>
          {option.caps && (
            <span aria-hidden className="touch:hidden">
              <KeyCaps caps={option.caps} />
            </span>
          )}
        </>
      )
    case 'conversation':
      return (
        <>
          <MessageSquare aria-hidden />
          <span dir="auto" className="truncate">
            {titleText(t, option.conversation.title)}
          </span>
        </>
      )
    case 'hit':
      return <Hit hit={option.hit} />
    default:
      return assertNever(option)
  }
}

function Hit({ hit: { conversation, message_id, role, created_at, snippet } }: { hit: SearchHit }) {
  const { t, i18n } = useTranslation()
  const Icon = message_id === null ? MessageSquare : role === 'user' ? User : Bot
  const text = snippet.map((part, index) =>
    part.is_match ? (
      <mark key={index} className="rounded-sm bg-selection text-inherit">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  )
  return (
    <>
      <Icon aria-hidden />
      <span className="flex min-w-0 grow flex-col">
        {message_id === null ? (
          <span dir="auto" className="truncate">
            {text}
          </span>
        ) : (
          <>
            <span dir="auto" className="truncate text-xs text-ink-2">
              {titleText(t, conversation.title)}
            </span>
            <span dir="auto" className="line-clamp-2">
              {text}
            </span>
          </>
        )}
      </span>
      {conversation.is_archived && <Archive aria-label={t('palette.archived')} role="img" />}
      <time dateTime={created_at} className="shrink-0 text-xs text-ink-2 tabular-nums">
        {new Intl.DateTimeFormat(i18n.language, { dateStyle: 'short' }).format(new Date(created_at))}
      </time>
    </>
  )
}

import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PaletteField } from '@/components/palette/palette-field'
import { PaletteRow } from '@/components/palette/palette-row'
import { usePaletteGroups } from '@/components/palette/use-palette-groups'
import { LoadingLine } from '@/components/ui/loading-line'
import { useDelayed } from '@/hooks/use-delayed'
import { isComposing, isSendKey } from '@/lib/composer-keys'
import { usePalette } from '@/stores/palette'

/** A search without results so far that takes this long says that it is loading, in milliseconds. */
const SLOW_MS = 400
/** The next results are loaded this close to the end of the list, in pixels. */
const NEAR_END_PX = 200

/** A text field above a list: arrow keys move the selection, Enter chooses, the focus stays in the field. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(() => usePalette.getState().early)
  // An unfinished IME composition is not searched for.
  const [wanted, setWanted] = useState(text)
  const [active, setActive] = useState(0)
  const { groups, over, isError, isSearching, loadMore } = usePaletteGroups(wanted)
  const listId = useId()
  const field = useRef<HTMLInputElement>(null)
  const options = groups.flatMap((group) => group.options)
  // The active option may have disappeared.
  const current = Math.min(active, options.length - 1)
  const rowId = (index: number) => `${listId}-${index}`

  // Before the next key is pressed: what was typed so far was typed in the early field.
  useLayoutEffect(() => {
    const { length } = field.current?.value ?? ''
    field.current?.focus()
    field.current?.setSelectionRange(length, length)
  }, [])

  const choose = (index: number) => {
    const option = options[index]
    if (!option) return
    onClose()
    option.run()
  }
  const move = (by: number) => {
    if (options.length === 0) return
    const next = (current + by + options.length) % options.length
    if (next === options.length - 1 && by > 0) loadMore()
    setActive(next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (isSendKey(event.nativeEvent)) choose(current)
    else return
    event.preventDefault()
  }
  return (
    <>
      <PaletteField
        ref={field}
        role="combobox"
        aria-expanded={options.length > 0}
        aria-controls={listId}
        aria-activedescendant={options.length > 0 ? rowId(current) : undefined}
        aria-autocomplete="list"
        aria-invalid={over > 0}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setActive(0)
          if (!(event.nativeEvent as InputEvent).isComposing) setWanted(event.target.value)
        }}
        onCompositionEnd={(event) => setWanted(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div
        id={listId}
        role="listbox"
        aria-label={t('palette.results')}
        aria-busy={isSearching}
        onScroll={({ currentTarget: list }) => {
          if (list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX) loadMore()
        }}
        className="min-h-0 grow overflow-y-auto overscroll-contain p-2"
      >
        {groups.map(({ heading, options: members }) => (
          <div key={heading} role="group" aria-label={heading} className="pb-2">
            <p aria-hidden className="px-3 py-1 text-xs text-ink-3">
              {heading}
            </p>
            {members.map((option) => {
              const index = options.indexOf(option)
              return (
                <PaletteRow
                  key={option.id}
                  id={rowId(index)}
                  option={option}
                  isActive={index === current}
                  onActivate={() => setActive(index)}
                  onChoose={() => choose(index)}
                />
              )
            })}
          </div>
        ))}
      </div>
      <SearchStatus count={options.length} over={over} isSearching={isSearching} isError={isError} />
    </>
  )
}

interface SearchStatusProps {
  count: number
  /** The characters over the limit. */
  over: number
  isSearching: boolean
  isError: boolean
}

/** Reports the result of the search to screen readers, and on screen if the list is empty. */
function SearchStatus({ count, over, isSearching, isError }: SearchStatusProps) {
  const { t } = useTranslation()
  const isSlow = useDelayed(isSearching && count === 0, SLOW_MS)
  if (isSlow) return <LoadingLine text={t('app.loading')} className="px-5 pt-1 pb-5" />
  const isShown = isError || (count === 0 && !isSearching)
  const text = isError
    ? t('palette.failed')
    : over > 0
      ? t('app.tooLong', { count: over })
      : count === 0
        ? t('palette.nothing')
        : t('palette.count', { count })
  return (
    <p role="status" className={isShown ? 'px-5 pt-1 pb-5 text-sm text-ink-2' : 'sr-only'}>
      {isSearching ? '' : text}
    </p>
  )
}

import { Search } from 'lucide-react'
import { type KeyboardEvent, type SyntheticEvent, useDeferredValue, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ModelRow } from '@/components/models/model-row'
import { type ListedModel, type ModelGroup, useModelGroups } from '@/components/models/use-model-groups'
import { useCoveredHeight } from '@/hooks/use-covered-height'
import { useMediaQuery } from '@/hooks/use-media-query'
import { isComposing, isSendKey } from '@/lib/composer-keys'
import type { Model } from '@/types/api'

export interface ModelSearchProps {
  models: readonly Model[]
  /** The id of the model in use. */
  chosen: string
  /** Whether the server's choice is offered too; its id is empty. */
  offersServerChoice?: boolean
  onChoose: (id: string) => void
}

const PAGE = 8
/** More than a screen of rows. */
const FIRST_ROWS = 40
const NONE: readonly ModelGroup[] = []

/** A search field above the models: arrow keys move the selection, Enter chooses, the focus stays in the field. */
export function ModelSearch({ models, chosen, offersServerChoice = false, onChoose }: ModelSearchProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  // An unfinished IME composition is not searched for.
  const [wanted, setWanted] = useState('')
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const groups = useModelGroups({ models, chosen, offersServerChoice, wanted })
  const options = useMemo(() => groups.flatMap((group) => group.options), [groups])
  // A long list would hold the next key up, so the rows after the first follow when there is time.
  const rendered = useDeferredValue(groups, NONE)
  const shown = useMemo(() => (rendered === groups ? groups : firstRows(groups)), [rendered, groups])
  const listId = useId()
  // On a phone, focus would open the keyboard over the list.
  const hasKeyboard = useMediaQuery('(hover: hover)')
  const coveredHeight = useCoveredHeight()
  const active = options.find(({ key }) => key === activeKey) ?? firstActive(options, wanted, chosen)
  const rowId = (key: string) => `${listId}-${key}`

  const search = (query: string) => {
    setWanted(query)
    setActiveKey(null)
  }
  const choose = (option: ListedModel | undefined) => {
    if (option && option.model?.available !== false) onChoose(option.id)
  }
  const move = (by: number, wraps: boolean) => {
    const at = options.findIndex(({ key }) => key === active?.key) + by
    const index = wraps
      ? (at + options.length) % options.length
      : Math.min(Math.max(0, at), options.length - 1)
    setActiveKey(options[index]?.key ?? null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return
    if (event.key === 'ArrowDown') move(1, true)
    else if (event.key === 'ArrowUp') move(-1, true)
    else if (event.key === 'PageDown') move(PAGE, false)
    else if (event.key === 'PageUp') move(-PAGE, false)
    else if (isSendKey(event.nativeEvent)) choose(active)
    else return
    event.preventDefault()
  }
  const optionAt = ({ target }: SyntheticEvent) => {
    const row = target instanceof Element ? target.closest('[role="option"]') : null
    return row ? options.find(({ key }) => rowId(key) === row.id) : undefined
  }
  return (
    <>
      <div className="flex h-14 shrink-0 items-center gap-3 border-b border-line pr-14 pl-4 md:pr-4">
        <Search aria-hidden className="size-5 shrink-0 text-ink-3" />
        <input
          dir="auto"
          data-focus-first={hasKeyboard || undefined}
          role="combobox"
          aria-expanded={options.length > 0}
          aria-controls={listId}
          aria-activedescendant={active && rowId(active.key)}
          aria-autocomplete="list"
          aria-label={t('models.search')}
          placeholder={t('models.searchPlaceholder')}
          value={text}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          enterKeyHint="done"
          onChange={(event) => {
            setText(event.target.value)
            if (!(event.nativeEvent as InputEvent).isComposing) search(event.target.value)
          }}
          onCompositionEnd={(event) => search(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          className="h-full min-w-0 grow bg-transparent text-base outline-none"
        />
      </div>
      <p role="status" className={options.length === 0 ? 'px-5 pt-4 pb-5 text-sm text-ink-2' : 'sr-only'}>
        {options.length === 0 ? t('models.noMatch') : t('models.count', { count: options.length })}
      </p>
      <div
        id={listId}
        role="listbox"
        aria-label={t('models.list')}
        // Keeps the focus in the text field.
        onPointerDown={(event) => event.preventDefault()}
        onPointerMove={(event) => {
          const option = optionAt(event)
          if (option) setActiveKey(option.key)
        }}
        onClick={(event) => choose(optionAt(event))}
        className="min-h-0 grow overflow-y-auto overscroll-contain px-2 pb-2"
        style={{ marginBottom: coveredHeight }}
      >
        {shown.map(({ key, heading, options: members }) => (
          <div key={key} role="group" aria-label={heading || undefined} className="pt-1">
            {heading && (
              <p
                aria-hidden
                translate="no"
                className="sticky top-0 truncate bg-panel px-3 pt-2 pb-1 text-xs text-ink-3"
              >
                {heading}
              </p>
            )}
            {members.map((option) => (
              <ModelRow
                key={option.key}
                id={rowId(option.key)}
                model={option.model}
                isActive={option.key === active?.key}
                isChosen={option.id === chosen}
                showsService={option.showsService}
              />
            ))}
          </div>
        ))}
      </div>
    </>
  )
}

function firstRows(groups: readonly ModelGroup[]): ModelGroup[] {
  let left = FIRST_ROWS
  return groups.flatMap((group) => {
    const options = group.options.slice(0, left)
    left -= options.length
    return options.length > 0 ? [{ ...group, options }] : []
  })
}

/** The chosen model at first, and the first that can be chosen among those found. */
function firstActive(
  options: readonly ListedModel[],
  wanted: string,
  chosen: string,
): ListedModel | undefined {
  const current = wanted.trim() === '' ? options.find(({ id }) => id === chosen) : undefined
  return current ?? options.find(({ model }) => model?.available !== false) ?? options[0]
}

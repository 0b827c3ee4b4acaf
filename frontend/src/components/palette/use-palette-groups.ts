import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { PaletteGroup, PaletteOption } from '@/components/palette/palette-option'
import { useCommands } from '@/components/palette/use-commands'
import { useConversationList } from '@/hooks/use-conversations'
import { useLimits } from '@/hooks/use-limits'
import { useSearch } from '@/hooks/use-search'
import { checkLength } from '@/lib/text/text-length'
import type { ConversationSummary, SearchHit } from '@/types/api'

const MAX_RECENT = 5

/**
 * Groups of the palette: commands and search results, or recent conversations while the field is empty. A text with
 * characters `over` the limit is not searched for.
 */
export function usePaletteGroups(text: string) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const commands = useCommands()
  const { conversations } = useConversationList()
  const { over } = checkLength(text.trim(), useLimits()?.search_max)
  const search = useSearch(over > 0 ? '' : text)
  const wanted = text.trim().toLowerCase()

  const conversationOption = (conversation: ConversationSummary): PaletteOption => ({
    kind: 'conversation',
    id: conversation.id,
    conversation,
    run: () => void navigate(`/c/${conversation.id}`),
  })
  const hitOption = (hit: SearchHit): PaletteOption => ({
    kind: 'hit',
    id: hit.message_id ?? hit.conversation.id,
    hit,
    run: () => {
      const query = hit.message_id === null ? '' : `?at=${hit.message_id}`
      void navigate(`/c/${hit.conversation.id}${query}`)
    },
  })
  const matching = commands.filter(
    (option) => option.kind === 'command' && option.text.toLowerCase().includes(wanted),
  )
  const recent = wanted === '' ? conversations.slice(0, MAX_RECENT).map(conversationOption) : []
  const groups: PaletteGroup[] = [
    { heading: t('palette.recent'), options: recent },
    { heading: t('palette.commands'), options: matching },
    { heading: t('palette.found'), options: search.hits.map(hitOption) },
  ]
  return { ...search, over, groups: groups.filter(({ options }) => options.length > 0) }
}

import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useToday } from '@/hooks/use-today'
import { dateGroupOf } from '@/lib/lists/date-groups'
import type { ConversationSummary } from '@/types/api'

export interface Section {
  heading: string
  conversations: ConversationSummary[]
}

/** The conversations by section: pinned, then by the time of the last activity. */
export function useSections(conversations: ConversationSummary[]): Section[] {
  const { t, i18n } = useTranslation()
  const today = useToday()
  return useMemo(() => {
    const now = new Date(today)
    const month = new Intl.DateTimeFormat(i18n.language, { year: 'numeric', month: 'long' })
    const months = new Map<string, string>()
    const nameOf = (year: number, number: number) => {
      const key = `${year}-${number}`
      const name = months.get(key) ?? month.format(new Date(year, number))
      months.set(key, name)
      return name
    }
    const headingOf = (conversation: ConversationSummary) => {
      if (conversation.is_pinned) return t('sidebar.pinned')
      const group = dateGroupOf(conversation.updated_at, now)
      return group.kind === 'older' ? nameOf(group.year, group.month) : t(`sidebar.${group.kind}`)
    }
    const byHeading = new Map<string, ConversationSummary[]>()
    for (const conversation of conversations) {
      const heading = headingOf(conversation)
      const members = byHeading.get(heading)
      if (members) members.push(conversation)
      else byHeading.set(heading, [conversation])
    }
    return Array.from(byHeading, ([heading, members]) => ({ heading, conversations: members }))
  }, [conversations, t, i18n.language, today])
}

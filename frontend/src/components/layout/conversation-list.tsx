import { useCallback, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { ConversationItem } from '@/components/layout/conversation-item'
import { Button } from '@/components/ui/button'
import { Spinner } from '@/components/ui/spinner'
import { useConversationList } from '@/hooks/use-conversations'
import { useWhenSeen } from '@/hooks/use-scroll'
import { dateGroupOf } from '@/lib/date-groups'
import type { ConversationSummary } from '@/types/api'

interface Section {
  heading: string
  conversations: ConversationSummary[]
}

export function ConversationList() {
  const { t } = useTranslation()
  const { id: openId } = useParams()
  const query = useConversationList()
  const { conversations, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const sections = useSections(conversations)
  const viewport = useRef<HTMLElement>(null)
  const end = useRef<HTMLDivElement>(null)
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage])
  useWhenSeen(end, hasNextPage && !isFetchingNextPage && !query.isError, loadMore, viewport)

  return (
    <nav
      ref={viewport}
      aria-label={t('sidebar.conversations')}
      className="min-h-0 grow overflow-y-auto overscroll-contain px-2 pb-4"
    >
      {query.isSuccess && conversations.length === 0 && (
        <p className="px-2.5 py-2 text-sm text-ink-3">{t('sidebar.empty')}</p>
      )}
      {sections.map(({ heading, conversations: members }) => (
        <section key={heading} aria-label={heading} className="pt-3">
          <h2 className="px-2.5 pb-1 text-xs text-ink-3">{heading}</h2>
          <ul>
            {members.map((conversation) => (
              <ConversationItem
                key={conversation.id}
                conversation={conversation}
                isOpen={conversation.id === openId}
              />
            ))}
          </ul>
        </section>
      ))}
      <div ref={end} className="flex min-h-4 justify-center pt-2">
        {(query.isPending || isFetchingNextPage) && <Spinner label={t('app.loading')} />}
        {query.isError && (
          <div role="alert" className="flex flex-col items-center gap-2 text-sm text-ink-2">
            {t('sidebar.loadFailed')}
            <Button variant="outline" onClick={() => void query.refetch()}>
              {t('app.tryAgain')}
            </Button>
          </div>
        )}
      </div>
    </nav>
  )
}

function useSections(conversations: ConversationSummary[]): Section[] {
  const { t, i18n } = useTranslation()
  return useMemo(() => {
    const now = new Date()
    const month = new Intl.DateTimeFormat(i18n.language, { year: 'numeric', month: 'long' })
    const headingOf = (conversation: ConversationSummary) => {
      if (conversation.is_pinned) return t('sidebar.pinned')
      const group = dateGroupOf(conversation.updated_at, now)
      if (group.kind !== 'older') return t(`sidebar.${group.kind}`)
      return month.format(new Date(group.year, group.month))
    }
    const byHeading = new Map<string, ConversationSummary[]>()
    for (const conversation of conversations) {
      const heading = headingOf(conversation)
      byHeading.set(heading, [...(byHeading.get(heading) ?? []), conversation])
    }
    return Array.from(byHeading, ([heading, members]) => ({ heading, conversations: members }))
  }, [conversations, t, i18n.language])
}

import { useCallback, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { ConversationSection } from '@/components/layout/conversation-section'
import { useSections } from '@/components/layout/use-sections'
import { Button } from '@/components/ui/button'
import { LoadingLine } from '@/components/ui/loading-line'
import { useListWindow } from '@/hooks/use-list-window'
import { useMediaQuery } from '@/hooks/use-media-query'
import { useConversationList } from '@/hooks/use-conversations'
import { useOnNear } from '@/hooks/use-near'
import { rowsWithin } from '@/lib/lists/list-window'

/** In rem, matching the classes of headings and rows: `h-9`, and `h-11` on touch screens. */
const HEIGHTS = { heading: 2.25, row: 2.25 }
const HEIGHTS_FOR_TOUCH = { heading: 2.25, row: 2.75 }

export function ConversationList() {
  const { t } = useTranslation()
  const { id: openId } = useParams()
  const query = useConversationList()
  const { conversations, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const sections = useSections(conversations)
  const viewport = useRef<HTMLElement>(null)
  const end = useRef<HTMLDivElement>(null)
  const span = useListWindow(viewport)
  const heights = useMediaQuery('(hover: none)') ? HEIGHTS_FOR_TOUCH : HEIGHTS
  const rows = useMemo(
    () =>
      rowsWithin(
        sections.map((section) => section.conversations.length),
        heights,
        span,
      ),
    [sections, heights, span],
  )
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage])
  useOnNear(end, hasNextPage && !isFetchingNextPage && !query.isError, loadMore, viewport)

  return (
    <nav
      ref={viewport}
      aria-label={t('sidebar.conversations')}
      className="min-h-0 grow overflow-y-auto overscroll-contain px-2 pb-4"
    >
      {query.isSuccess && conversations.length === 0 && (
        <p className="px-2.5 py-2 text-sm text-ink-3">{t('sidebar.empty')}</p>
      )}
      {sections.map(({ heading, conversations: members }, index) => (
        <ConversationSection
          key={heading}
          heading={heading}
          conversations={members}
          openId={openId}
          heights={heights}
          from={rows[index]?.from ?? 0}
          to={rows[index]?.to ?? 0}
        />
      ))}
      <div ref={end} className="flex min-h-4 justify-center pt-2">
        {(query.isPending || isFetchingNextPage) && <LoadingLine text={t('app.loading')} />}
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

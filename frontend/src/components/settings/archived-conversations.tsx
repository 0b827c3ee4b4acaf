import { useInfiniteQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useCallback, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { archivedListQuery } from '@/api/conversations'
import { LoadState } from '@/components/ui/load-state'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { useUnarchive } from '@/hooks/use-archive'
import { useDeleteWithUndo } from '@/hooks/use-delete-with-undo'
import { useOnNear } from '@/hooks/use-near'
import { titleText } from '@/i18n/title-text'

/** List of archived conversations, to open, unarchive or delete. */
export function ArchivedConversations() {
  const { t } = useTranslation()
  const query = useInfiniteQuery(archivedListQuery)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const { mutate: unarchive } = useUnarchive()
  const deleteWithUndo = useDeleteWithUndo()
  const end = useRef<HTMLDivElement>(null)
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage])
  useOnNear(end, hasNextPage && !isFetchingNextPage && !query.isError, loadMore)

  if (!query.data) return <LoadState isError={query.isError} onRetry={() => void query.refetch()} />
  const conversations = query.data.pages.flatMap((page) => page.conversations)
  if (conversations.length === 0) return <p className="py-4 text-sm text-ink-2">{t('settings.noArchived')}</p>
  return (
    <>
      <ul className="py-2">
        {conversations.map((conversation) => {
          const { id } = conversation
          const title = titleText(t, conversation.title)
          return (
            <li key={id} className="flex min-h-12 items-center gap-2 border-b border-line last:border-none">
              <Link to={`/c/${id}`} dir="auto" className="min-w-0 grow truncate text-sm hover:underline">
                {title}
              </Link>
              <Button aria-label={t('settings.unarchiveOf', { title })} onClick={() => unarchive(id)}>
                {t('settings.unarchive')}
              </Button>
              <IconButton
                Icon={Trash2}
                size="sm"
                label={t('settings.deleteOf', { title })}
                onClick={() => deleteWithUndo(conversation)}
              />
            </li>
          )
        })}
      </ul>
      <div ref={end} />
    </>
  )
}

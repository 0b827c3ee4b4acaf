import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { archivedListQuery, conversationListQuery } from '@/api/conversations'
import { upsertConversation, removeConversation } from '@/core/conversation-cache'
import { titleText } from '@/i18n/title-text'
import { basePath } from '@/lib/base-path'
import { showToast } from '@/stores/toasts'
import type { ConversationSummary } from '@/types/api'

interface Removal {
  /** Says what was done. */
  text: 'sidebar.archived' | 'sidebar.deleted'
  remove: (id: string) => Promise<void>
  restore: (id: string) => Promise<unknown>
}

/**
 * Takes a conversation off the list immediately, leaves it if it is open, and offers to undo this for some seconds.
 * Returns to it if the server refuses.
 */
export function useRemovalWithUndo({
  text,
  remove,
  restore,
}: Removal): (conversation: ConversationSummary) => void {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id: openId } = useParams()
  const client = useQueryClient()
  const { mutateAsync: removeOne } = useMutation({
    mutationFn: remove,
    onMutate: (id) => removeConversation(client, id),
    onError: (_error, _id, listed) => {
      // Without a network, the list cannot be fetched.
      if (listed) upsertConversation(client, listed)
      void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
    },
    onSettled: () => client.invalidateQueries({ queryKey: archivedListQuery.queryKey }),
  })

  return ({ id, title }) => {
    const wasOpen = id === openId
    const undo = async () => {
      await restore(id)
      if (wasOpen) await navigate(`/c/${id}`)
    }
    const run = async () => {
      const removed = removeOne(id)
      if (wasOpen) await navigate('/')
      try {
        await removed
      } catch {
        // The query client has said why. The user may be elsewhere by now.
        if (wasOpen && location.pathname === `${basePath}/`) await navigate(`/c/${id}`, { replace: true })
        return
      }
      showToast(t(text, { title: titleText(t, title) }), {
        label: t('sidebar.undo'),
        // The query client shows a toast for a failed mutation.
        run: () => void undo().catch(() => undefined),
      })
    }
    void run()
  }
}

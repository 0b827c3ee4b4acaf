import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import {
  archivedListQuery,
  conversationListQuery,
  deleteConversation,
  restoreConversation,
} from '@/api/conversations'
import { removeConversation } from '@/core/conversation-cache'
import { titleText } from '@/i18n/title-text'
import { showToast } from '@/stores/toasts'
import type { ConversationSummary } from '@/types/api'

/** Deletes immediately and offers to undo it for some seconds. */
export function useDeleteWithUndo(): (conversation: ConversationSummary) => void {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id: openId } = useParams()
  const client = useQueryClient()
  const { mutateAsync: deleteOne } = useMutation({
    mutationFn: deleteConversation,
    onMutate: (id) => removeConversation(client, id),
    onError: () => client.invalidateQueries({ queryKey: conversationListQuery.queryKey }),
    onSettled: () => client.invalidateQueries({ queryKey: archivedListQuery.queryKey }),
  })
  const { mutateAsync: restore } = useMutation({
    mutationFn: restoreConversation,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
      void client.invalidateQueries({ queryKey: archivedListQuery.queryKey })
    },
  })

  return ({ id, title }) => {
    const wasOpen = id === openId
    const undo = async () => {
      await restore(id)
      if (wasOpen) await navigate(`/c/${id}`)
    }
    const run = async () => {
      const deleted = deleteOne(id)
      if (wasOpen) await navigate('/')
      await deleted
      showToast(t('sidebar.deleted', { title: titleText(t, title) }), {
        label: t('sidebar.undo'),
        run: () => void undo().catch(saidElsewhere),
      })
    }
    void run().catch(saidElsewhere)
  }
}

/** The query client already shows a toast for failed mutations. */
function saidElsewhere(): void {
  return undefined
}

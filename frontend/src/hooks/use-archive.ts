import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { archivedListQuery, conversationListQuery, updateConversation } from '@/api/conversations'
import { patchConversation, removeConversation } from '@/core/conversation-cache'
import { titleText } from '@/i18n/title-text'
import { showToast } from '@/stores/toasts'
import type { ConversationSummary } from '@/types/api'

/** Archives or unarchives a conversation; the list shows it immediately. */
export function useArchive() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, isArchived }: { id: string; isArchived: boolean }) =>
      updateConversation(id, { is_archived: isArchived }),
    onMutate: ({ id, isArchived }) => {
      if (isArchived) removeConversation(client, id)
    },
    onSuccess: (conversation, { id, isArchived }) => {
      patchConversation(client, id, conversation)
      if (!isArchived) void client.invalidateQueries({ queryKey: conversationListQuery.queryKey })
    },
    onError: () => client.invalidateQueries({ queryKey: conversationListQuery.queryKey }),
    onSettled: () => client.invalidateQueries({ queryKey: archivedListQuery.queryKey }),
  })
}

/** Archives at once and offers to undo it for some seconds. */
export function useArchiveWithUndo(): (conversation: ConversationSummary) => void {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { id: openId } = useParams()
  const { mutate: archive } = useArchive()

  return ({ id, title }) => {
    if (id === openId) void navigate('/')
    archive({ id, isArchived: true })
    showToast(t('sidebar.archived', { title: titleText(t, title) }), {
      label: t('sidebar.undo'),
      run: () => archive({ id, isArchived: false }),
    })
  }
}

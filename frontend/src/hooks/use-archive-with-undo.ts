import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useArchive } from '@/hooks/use-archived'
import { titleText } from '@/i18n/title-text'
import { showToast } from '@/stores/toasts'
import type { ConversationSummary } from '@/types/api'

/** Archives immediately and offers to undo it for some seconds. */
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

import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { PanelHeader } from '@/components/layout/panel-header'
import { Button } from '@/components/ui/button'
import { FullPageNotice } from '@/components/ui/full-page-notice'
import { newChatKey } from '@/core/new-chat-draft'
import { discardItem } from '@/core/outbox/outbox-actions'
import { attachmentsOf, type OutboxItem } from '@/lib/outbox/outbox'
import { addToDraftAttachments } from '@/stores/draft-attachments'
import { addToDraft } from '@/stores/drafts'

/** Shown for a deleted conversation; offers to move its unsent messages to a new chat. */
export function GoneConversation({ outbox }: { outbox: OutboxItem[] }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const texts = outbox.flatMap(({ command }) => ('content' in command ? command.content : []))
  const attachments = outbox.flatMap(({ command }) => attachmentsOf(command))
  const moveToNewChat = () => {
    for (const text of texts) addToDraft(newChatKey(), text)
    // The draft must refer to them before they are removed here.
    if (attachments.length > 0) addToDraftAttachments(newChatKey(), attachments)
    for (const { id } of outbox) discardItem(id)
    void navigate('/')
  }
  return (
    <>
      <PanelHeader title="" />
      <FullPageNotice title={t('chat.goneTitle')} text={t('chat.goneText')}>
        {texts.length > 0 ? (
          <Button variant="primary" size="md" onClick={moveToNewChat}>
            {t('outbox.moveToNewChat')}
          </Button>
        ) : (
          <Link
            to="/"
            className="inline-flex h-10 items-center rounded-lg bg-accent px-4 text-sm font-medium text-on-accent hover:bg-accent-hover"
          >
            {t('sidebar.newChat')}
          </Link>
        )}
      </FullPageNotice>
    </>
  )
}

import { Archive } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'
import { useUnarchive } from '@/hooks/use-archive'

/** Says that the chat is archived, with a button that puts it back on the list. */
export function ArchivedNotice({ conversationId: id }: { conversationId: string }) {
  const { t } = useTranslation()
  const { mutate: unarchive, isPending } = useUnarchive()
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-1 pb-2 text-sm text-ink-2 low:hidden">
      <p className="flex items-start gap-2">
        <Archive aria-hidden className="mt-[0.2em] size-4 shrink-0 text-accent" />
        {t('chat.archived')}
      </p>
      <Button variant="outline" disabled={isPending} onClick={() => unarchive(id)}>
        {t('settings.unarchive')}
      </Button>
    </div>
  )
}

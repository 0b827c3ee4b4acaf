import { useQuery } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/auth'
import { useModel } from '@/hooks/use-model'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'
import { isDemoModel } from '@/lib/models/model-choice'

interface DemoModelNoticeProps {
  /** Null means the server's default. */
  model: string | null
}

/** Explains the demo model, if it is chosen, and how to get a real one; administrators get a link to the setting. */
export function DemoModelNotice({ model: id }: DemoModelNoticeProps) {
  const { t } = useTranslation()
  const model = useModel(id)
  const { data: user } = useQuery(meQuery)
  const settings = useSettingsDialog()
  if (!model || !isDemoModel(model)) return null
  if (user?.is_admin) {
    return (
      <p className="mx-auto flex max-w-column items-start gap-2 px-1 text-sm text-ink-2">
        <FlaskConical aria-hidden className="mt-[0.2em] size-4 shrink-0 text-accent" />
        <span>
          {t('models.demoText')}{' '}
          <button
            type="button"
            onClick={() => settings.open('models')}
            className="whitespace-nowrap text-accent underline decoration-accent/40 underline-offset-4"
          >
            {t('models.demoConnect')}
          </button>
        </span>
      </p>
    )
  }
  return (
    <details className="group/notice mx-auto max-w-column text-sm text-ink-2">
      <summary className="flex list-none items-start gap-2 rounded-lg px-1 text-left [&::-webkit-details-marker]:hidden">
        <FlaskConical aria-hidden className="mt-[0.2em] size-4 shrink-0 text-accent" />
        <span>
          {t('models.demoText')}{' '}
          <span className="whitespace-nowrap text-accent underline decoration-accent/40 underline-offset-4 group-open/notice:hidden">
            {t('models.demoMore')}
          </span>
        </span>
      </summary>
      <p className="mt-1 pl-7">{t('models.demoHow')}</p>
    </details>
  )
}

import { useQuery } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/auth'
import { modelsQuery } from '@/api/models'
import { useSettingsDialog } from '@/hooks/use-settings-dialog'

interface ModelNoticeProps {
  /** Null means the server's default. */
  model: string | null
}

/** Explains the built-in model and how to get a real one; administrators get a link to the setting. */
export function ModelNotice({ model }: ModelNoticeProps) {
  const { t } = useTranslation()
  const { data } = useQuery(modelsQuery)
  const { data: user } = useQuery(meQuery)
  const settings = useSettingsDialog()
  const chosen = data?.models.find(({ id }) => id === (model ?? data.default))
  if (chosen?.provider !== 'embedded') return null
  if (user?.is_admin) {
    return (
      <p className="mx-auto flex max-w-column items-start gap-2 px-1 text-sm text-ink-2">
        <FlaskConical aria-hidden className="mt-[0.2em] size-4 shrink-0 text-accent" />
        <span>
          {t('models.embeddedText')}{' '}
          <button
            type="button"
            onClick={() => settings.open('models')}
            className="whitespace-nowrap text-accent underline decoration-accent/40 underline-offset-4"
          >
            {t('models.embeddedConnect')}
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
          {t('models.embeddedText')}{' '}
          <span className="whitespace-nowrap text-accent underline decoration-accent/40 underline-offset-4 group-open/notice:hidden">
            {t('models.embeddedMore')}
          </span>
        </span>
      </summary>
      <p className="mt-1 pl-7">{t('models.embeddedHow')}</p>
    </details>
  )
}

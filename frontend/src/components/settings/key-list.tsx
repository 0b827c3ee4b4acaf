import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { deleteKey, keysQuery } from '@/api/keys'
import { ConfirmButton } from '@/components/ui/confirm-button'
import type { PersonalKey } from '@/types/api'

interface KeyListProps {
  keys: readonly PersonalKey[]
  onDeleted: (id: PersonalKey['id']) => void
}

/** The user's keys, with a button to delete each. */
export function KeyList({ keys, onDeleted }: KeyListProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { mutate: remove, isPending } = useMutation({
    mutationFn: deleteKey,
    onSuccess: (_, id) => onDeleted(id),
    onSettled: () => client.invalidateQueries({ queryKey: keysQuery.queryKey }),
  })
  return (
    <section aria-label={t('keys.list')}>
      <h3 className="text-sm font-medium">{t('keys.list')}</h3>
      {keys.length === 0 && <p className="py-2 text-sm text-ink-3">{t('keys.none')}</p>}
      <ul>
        {keys.map((key) => (
          <KeyRow key={key.id} personalKey={key} isDisabled={isPending} onDelete={() => remove(key.id)} />
        ))}
      </ul>
    </section>
  )
}

interface KeyRowProps {
  personalKey: PersonalKey
  isDisabled: boolean
  onDelete: () => void
}

function KeyRow({ personalKey, isDisabled, onDelete }: KeyRowProps) {
  const { t, i18n } = useTranslation()
  const moment = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  const shown = (time: string) => moment.format(new Date(time))
  const { expires_at, last_used_at } = personalKey
  const isExpired = expires_at !== null && new Date(expires_at) <= new Date()
  return (
    <li className="flex min-h-14 items-center justify-between gap-3 border-b border-line py-2 last:border-none">
      <div className="min-w-0">
        <p className="text-sm wrap-anywhere">
          {personalKey.name} <span className="font-mono text-xs text-ink-3">…{personalKey.key_end}</span>
        </p>
        <p className="text-xs text-ink-3">
          {last_used_at === null ? t('keys.unused') : t('keys.used', { time: shown(last_used_at) })}
          {expires_at !== null && (
            <>
              {' · '}
              <span className={isExpired ? 'text-danger' : undefined}>
                {t(isExpired ? 'keys.expired' : 'keys.expires', { time: shown(expires_at) })}
              </span>
            </>
          )}
        </p>
      </div>
      <ConfirmButton
        label={t('keys.deleteOf', { name: personalKey.name })}
        disabled={isDisabled}
        onConfirm={onDelete}
      >
        {t('keys.delete')}
      </ConfirmButton>
    </li>
  )
}

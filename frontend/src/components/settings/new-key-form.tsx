import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check, Copy } from 'lucide-react'
import { type SubmitEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { createKey, keysQuery } from '@/api/keys'
import { FormProblem, useFormProblem } from '@/components/auth/form-problem'
import { Button } from '@/components/ui/button'
import { controlClass, Field, TextField } from '@/components/ui/field'
import { useCopy } from '@/hooks/use-copy'
import { checkLength } from '@/lib/text/text-length'
import type { NewPersonalKey } from '@/types/api'

const DAY_SECONDS = 24 * 3600
/** The lifetimes of keys, in seconds; 0 stands for no end. */
const LIFETIMES = [
  { name: 'never', seconds: 0 },
  { name: 'week', seconds: 7 * DAY_SECONDS },
  { name: 'month', seconds: 30 * DAY_SECONDS },
  { name: 'year', seconds: 365 * DAY_SECONDS },
] as const
const MAX_NAME_LENGTH = 100

interface NewKeyFormProps {
  /** The key that was created last, to be shown this once. */
  newKey: NewPersonalKey | null
  onCreated: (key: NewPersonalKey) => void
}

export function NewKeyForm({ newKey, onCreated }: NewKeyFormProps) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [lifetime, setLifetime] = useState(0)
  const { problem, showProblem, clearProblem } = useFormProblem()
  const client = useQueryClient()
  const { mutate: create, isPending } = useMutation({
    mutationFn: createKey,
    onSuccess: (key) => {
      onCreated(key)
      setName('')
    },
    onError: (error) => showProblem(error),
    onSettled: () => client.invalidateQueries({ queryKey: keysQuery.queryKey }),
  })

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    clearProblem()
    create({ name: name.trim(), expires_in: lifetime === 0 ? null : lifetime })
  }
  return (
    <form aria-label={t('keys.new')} onSubmit={submit} className="flex flex-col gap-3">
      <FormProblem problem={problem} />
      <div className="grid gap-3 sm:grid-cols-[1fr_auto]">
        <TextField
          label={t('keys.name')}
          hint={t('keys.nameHint')}
          value={name}
          limit={MAX_NAME_LENGTH}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <Field label={t('keys.lifetime')}>
          {(control) => (
            <select
              {...control}
              value={lifetime}
              onChange={(event) => setLifetime(Number(event.target.value))}
              className={`${controlClass} h-11`}
            >
              {LIFETIMES.map((option) => (
                <option key={option.name} value={option.seconds}>
                  {t(`keys.lifetimes.${option.name}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Button
        type="submit"
        variant="primary"
        size="md"
        disabled={name.trim() === '' || checkLength(name, MAX_NAME_LENGTH).over > 0 || isPending}
        className="self-start"
      >
        {t('keys.create')}
      </Button>
      {newKey && <ShownKey newKey={newKey} />}
    </form>
  )
}

function ShownKey({ newKey }: { newKey: NewPersonalKey }) {
  const { t } = useTranslation()
  const { isCopied, copy } = useCopy()
  return (
    <div role="status" className="flex flex-col gap-2 rounded-xl border border-accent p-4">
      <p className="text-sm font-medium">{t('keys.created', { name: newKey.name })}</p>
      <p className="text-xs text-pretty text-ink-2">{t('keys.shownOnce')}</p>
      <div className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 grow basis-60 rounded-lg bg-sunken px-3 py-2 font-mono text-xs break-all select-all">
          {newKey.key}
        </code>
        <Button Icon={isCopied ? Check : Copy} variant="outline" onClick={() => void copy(newKey.key)}>
          {t(isCopied ? 'actions.copied' : 'keys.copy')}
        </Button>
      </div>
    </div>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { programsUrl } from '@/api/base-urls'
import { modelsQuery } from '@/api/models'
import { Choice } from '@/components/ui/choice'
import { examplesFor } from '@/lib/account/key-examples'
import { CodeBlock } from '@/markdown/code/code-block'

const NO_KEY = 'sk-aichat-…'

/** Examples to copy, with the key if it has just been made. */
export function KeyExamples({ personalKey = NO_KEY }: { personalKey: string | undefined }) {
  const { t } = useTranslation()
  const { data } = useQuery(modelsQuery)
  const [name, setName] = useState('curl')
  const examples = examplesFor({ url: programsUrl(), key: personalKey, model: data?.default ?? '' })
  const shown = examples.find((example) => example.name === name)
  return (
    <section aria-label={t('keys.examples')} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-sm font-medium">{t('keys.examples')}</h3>
        <Choice
          label={t('keys.examples')}
          value={name}
          options={examples.map((example) => ({ value: example.name, text: example.name }))}
          onChange={setName}
        />
      </div>
      {shown && <CodeBlock key={shown.name} code={shown.code} name={shown.language} />}
    </section>
  )
}

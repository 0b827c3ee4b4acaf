import { useQuery } from '@tanstack/react-query'
import { CopyPlus, Play, Square } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { modelsQuery } from '@/api/models'
import { LabConnection } from '@/components/lab/lab-connection'
import { PanelHeader } from '@/components/layout/panel-header'
import { Button } from '@/components/ui/button'
import { useLab } from '@/hooks/use-lab'
import { isDemoModel, modelOf } from '@/lib/models/model-choice'

/** The lab: an answer that its user tries to break, and the numbers that show that nothing is lost. */
export function LabView() {
  const { t } = useTranslation('lab')
  const [lab, { phase, devices, events }] = useLab()
  const { data: models, isLoading } = useQuery(modelsQuery)
  const model = models && modelOf(null, models)
  const example = t(model && isDemoModel(model) ? 'demoExample' : 'example')
  // Null until the user changes the example.
  const [typed, setTyped] = useState<string | null>(null)
  const question = typed ?? (isLoading ? '' : example)
  const isWriting = phase === 'writing'
  const [first, second] = devices
  const isSame = phase === 'ended' && first !== undefined && first.text === second?.text
  const lines = events.map(({ kind, device, seq }) => t(`event.${kind}`, { number: device + 1, seq }))
  return (
    <>
      <title>{`${t('title')} · ${t('app.name', { ns: 'translation' })}`}</title>
      <PanelHeader title={t('title')} />
      <div className="min-h-0 grow overflow-y-auto px-4 pb-8 md:px-6">
        <div className="mx-auto flex max-w-4xl flex-col gap-5">
          <p className="max-w-column text-sm text-pretty text-ink-2">{t('intro')}</p>
          <form
            className="flex flex-wrap gap-2 [&_svg]:size-4"
            onSubmit={(event) => {
              event.preventDefault()
              if (isWriting) lab.stop()
              else void lab.ask(question, t('title'))
            }}
          >
            <input
              aria-label={t('question')}
              value={question}
              onChange={(event) => setTyped(event.target.value)}
              className="h-10 min-w-0 grow basis-40 rounded-lg border border-line-strong bg-raised px-3 text-sm"
            />
            <Button
              Icon={isWriting ? Square : Play}
              type="submit"
              size="md"
              variant={isWriting ? 'outline' : 'primary'}
              disabled={!isWriting && question.trim() === ''}
            >
              {t(isWriting ? 'stop' : 'ask')}
            </Button>
            {isWriting && devices.length === 1 && (
              <Button Icon={CopyPlus} size="md" variant="outline" onClick={() => lab.addDevice()}>
                {t('second')}
              </Button>
            )}
          </form>
          <p role="status" className="flex min-h-6 flex-wrap gap-x-2 text-sm text-ink-2">
            <span>{phase === 'failed' ? t('failed') : lines.at(-1)}</span>
            {isSame && <span className="text-accent">{t('same')}</span>}
          </p>
          {devices.length > 0 && (
            <div className={devices.length > 1 ? 'grid gap-5 lg:grid-cols-2' : 'grid gap-5'}>
              {devices.map((device, index) => (
                <LabConnection
                  key={index}
                  number={index + 1}
                  device={device}
                  isWriting={isWriting}
                  onCut={() => lab.cut(index)}
                  onSlow={(isSlow) => lab.setSlow(index, isSlow)}
                />
              ))}
            </div>
          )}
          {lines.length > 0 && (
            <section aria-label={t('events')} className="flex flex-col gap-1.5">
              <h2 className="text-xs text-ink-3">{t('events')}</h2>
              <ol className="flex flex-col gap-1 border-l-2 border-line pl-3.5 text-sm text-ink-2 tabular-nums">
                {lines.map((text, index) => (
                  <li key={index}>{text}</li>
                ))}
              </ol>
            </section>
          )}
        </div>
      </div>
    </>
  )
}

import { clsx } from 'clsx'
import { Scissors, Turtle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { LabNumbers } from '@/components/lab/lab-numbers'
import { Button } from '@/components/ui/button'
import type { LabDevice } from '@/core/lab/lab-session'

interface LabConnectionProps {
  number: number
  device: LabDevice
  isWriting: boolean
  onCut: () => void
  onSlow: (isSlow: boolean) => void
}

/** One connection of the lab: its controls, its numbers, and the text that arrived over it. */
export function LabConnection({ number, device, isWriting, onCut, onSlow }: LabConnectionProps) {
  const { t } = useTranslation('lab')
  const { connection, isSlow, text } = device
  return (
    <section aria-label={t('connection', { number })} className="flex min-w-0 animate-rise flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="flex items-center gap-2 text-sm font-medium">
          <span
            aria-hidden
            className={clsx(
              'size-2 rounded-full transition-colors',
              connection === 'open' ? 'bg-accent' : connection === 'waiting' ? 'bg-danger' : 'bg-ink-3',
            )}
          />
          {t('connection', { number })}
          <span className="font-normal text-ink-3">{t(`states.${connection}`)}</span>
        </h2>
        <div role="group" aria-label={t('controls', { number })} className="flex gap-1.5 [&_svg]:size-4">
          <Button
            Icon={Turtle}
            variant="outline"
            aria-pressed={isSlow}
            className={isSlow ? 'bg-accent-soft' : undefined}
            onClick={() => onSlow(!isSlow)}
          >
            {t('slow')}
          </Button>
          <Button Icon={Scissors} variant="outline" disabled={!isWriting} onClick={onCut}>
            {t('cut')}
          </Button>
        </div>
      </div>
      <LabNumbers {...device} />
      <div
        role="region"
        aria-label={t('answer', { number })}
        tabIndex={0}
        // Reversed, so that the browser keeps the end of the growing text in view.
        className="flex h-56 flex-col-reverse overflow-y-auto rounded-xl border border-line bg-sunken px-4 py-3 text-sm"
      >
        <div className="mb-auto whitespace-pre-wrap">{text}</div>
      </div>
    </section>
  )
}

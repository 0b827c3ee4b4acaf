import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LabDevice } from '@/core/lab/lab-session'

/** Numbers that must stay at zero. */
const PROOFS = ['gaps', 'repeats'] as const

/** The live numbers of a connection. They are not announced: the status line of the lab says what matters. */
export function LabNumbers({ run, seq, counts }: LabDevice) {
  const { t } = useTranslation('lab')
  const { deltas, frames, resets, connections } = counts
  const numbers = { deltas, frames, reconnects: Math.max(connections - 1, 0), resets }
  return (
    <dl className="grid grid-cols-3 gap-px overflow-hidden rounded-xl border border-line bg-line tabular-nums">
      <div className="col-span-3 flex items-baseline justify-between gap-3 bg-raised px-3.5 py-2.5">
        <dt className="text-xs text-ink-3">{t('position')}</dt>
        <dd className="text-sm font-medium">{t('positionOf', { run, seq })}</dd>
      </div>
      {Object.entries(numbers).map(([name, value]) => (
        <Figure key={name} title={t(`numbers.${name as keyof typeof numbers}`)} value={value} />
      ))}
      {PROOFS.map((name) => (
        <Figure key={name} title={t(`numbers.${name}`)} value={counts[name]} isProof />
      ))}
    </dl>
  )
}

function Figure({ title, value, isProof = false }: { title: string; value: number; isProof?: boolean }) {
  const tone = value === 0 ? 'text-accent' : 'text-danger'
  return (
    <div className="flex flex-col justify-between bg-raised px-3.5 py-2.5">
      <dt className="text-xs text-ink-3">{title}</dt>
      <dd className={`flex items-center gap-1.5 text-lg font-medium ${isProof ? tone : ''}`}>
        {value}
        {isProof && value === 0 && <Check aria-hidden className="size-4" />}
      </dd>
    </div>
  )
}

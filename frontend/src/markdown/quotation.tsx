/** A quotation, or one of GitHub's alerts, which has a label instead of its mark. */
import { clsx } from 'clsx'
import {
  Info,
  Lightbulb,
  type LucideIcon,
  MessageSquareWarning,
  OctagonAlert,
  TriangleAlert,
} from 'lucide-react'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { type AlertKind, ALERTS } from '@/markdown/plugins/alerts'

const ICONS: Readonly<Record<AlertKind, LucideIcon>> = {
  note: Info,
  tip: Lightbulb,
  important: MessageSquareWarning,
  warning: TriangleAlert,
  caution: OctagonAlert,
}

export function Quotation({
  children,
  dir,
  ...props
}: ComponentProps<'blockquote'> & { 'data-alert'?: string }) {
  const kind = ALERTS.find((each) => each === props['data-alert'])
  if (!kind) return <blockquote dir={dir}>{children}</blockquote>
  return (
    <Alert kind={kind} dir={dir}>
      {children}
    </Alert>
  )
}

function Alert({ kind, dir, children }: ComponentProps<'div'> & { kind: AlertKind }) {
  const { t } = useTranslation()
  const Icon = ICONS[kind]
  const isWarning = kind === 'warning' || kind === 'caution'
  return (
    <div role="note" dir={dir} className={clsx('alert', isWarning && 'alert-warning')}>
      <p className="alert-label">
        <Icon aria-hidden className="me-1.5 inline size-4 align-[-0.15em]" />
        {/* It has its own direction, and so does not count for the direction of the alert. */}
        <span dir="auto">{t(`markdown.alert.${kind}`)}</span>
      </p>
      {children}
    </div>
  )
}

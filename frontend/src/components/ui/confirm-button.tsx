import { type ComponentProps, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'

interface ConfirmButtonProps extends Omit<
  ComponentProps<typeof Button>,
  'aria-label' | 'onClick' | 'onBlur'
> {
  /** The accessible name. */
  label: string
  onConfirm: () => void
}

/** A button for what cannot be undone: it asks for confirmation in place, until it loses the focus. */
export function ConfirmButton({ label, onConfirm, children, ...props }: ConfirmButtonProps) {
  const { t } = useTranslation()
  const [isAsking, setIsAsking] = useState(false)
  return (
    <Button
      variant="danger"
      aria-label={isAsking ? `${t('app.sure')} ${label}` : label}
      onBlur={() => setIsAsking(false)}
      onClick={({ detail }) => {
        // The second half of a double click does not answer the question.
        if (detail > 1) return
        if (isAsking) onConfirm()
        setIsAsking(!isAsking)
      }}
      {...props}
    >
      {isAsking ? t('app.sure') : children}
    </Button>
  )
}

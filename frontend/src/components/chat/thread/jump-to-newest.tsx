import { ArrowDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/ui/button'

interface JumpToNewestProps {
  /** How many messages wait to be sent. */
  waiting: number
  onClick: () => void
}

export function JumpToNewest({ waiting, onClick }: JumpToNewestProps) {
  const { t } = useTranslation()
  return (
    <Button
      Icon={ArrowDown}
      variant="outline"
      onClick={onClick}
      className="absolute bottom-3 left-1/2 -translate-x-1/2 animate-fade rounded-full! bg-raised! shadow-raised print:hidden"
    >
      {t('chat.toNewest')}
      {waiting > 0 && <span className="text-ink-3"> · {t('outbox.waiting', { count: waiting })}</span>}
    </Button>
  )
}

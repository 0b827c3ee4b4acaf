import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { controlClass } from '@/components/ui/field'
import { IconButton } from '@/components/ui/icon-button'

export function PasswordInput(props: Omit<ComponentProps<'input'>, 'type' | 'className'>) {
  const { t } = useTranslation()
  const [isShown, setIsShown] = useState(false)
  return (
    <div className="relative">
      <input {...props} type={isShown ? 'text' : 'password'} className={`${controlClass} h-11 pr-12`} />
      <IconButton
        Icon={isShown ? EyeOff : Eye}
        label={isShown ? t('auth.hidePassword') : t('auth.showPassword')}
        onClick={() => setIsShown(!isShown)}
        className="absolute top-1 right-1"
      />
    </div>
  )
}

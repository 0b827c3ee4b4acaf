import { clsx } from 'clsx'
import { Eye, EyeOff } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { controlClass, Field, type FieldTexts } from '@/components/ui/field'
import { IconButton } from '@/components/ui/icon-button'

/** A field for a password, which can be shown. `aria-describedby` names a description besides the hint. */
export function PasswordField({ label, hint, error, ...props }: FieldTexts & ComponentProps<'input'>) {
  const { t } = useTranslation()
  const [isShown, setIsShown] = useState(false)
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className="relative">
          <input
            {...control}
            {...props}
            aria-describedby={clsx(control['aria-describedby'], props['aria-describedby']) || undefined}
            type={isShown ? 'text' : 'password'}
            className={`${controlClass} h-11 pr-12`}
          />
          <IconButton
            Icon={isShown ? EyeOff : Eye}
            label={t(isShown ? 'auth.hidePassword' : 'auth.showPassword')}
            onClick={() => setIsShown(!isShown)}
            className="absolute top-1 right-1"
          />
        </div>
      )}
    </Field>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Dialog } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { meQuery } from '@/api/auth'
import { session } from '@/api/session'
import { SignInForm } from '@/components/auth/sign-in-form'
import { Button } from '@/components/ui/button'
import { useDialogFocus } from '@/components/ui/dialog-focus'

/** Sign-in over the current page, which keeps unsent text and continues afterwards. */
export default function SessionEndedDialog() {
  const { t } = useTranslation()
  const { data: user } = useQuery({ ...meQuery, enabled: false })
  const focus = useDialogFocus((content) =>
    user ? content.querySelector<HTMLElement>('input[type="password"]') : null,
  )
  return (
    <Dialog.Root open>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 animate-fade bg-scrim" />
        <Dialog.Content
          {...focus}
          onEscapeKeyDown={(event) => event.preventDefault()}
          onPointerDownOutside={(event) => event.preventDefault()}
          className="fixed inset-x-4 top-[12vh] z-50 m-auto flex max-h-[80dvh] max-w-sm animate-pop flex-col overflow-y-auto rounded-xl border border-line bg-panel px-6 py-6 shadow-overlay outline-none"
        >
          <Dialog.Title className="text-lg font-semibold">{t('auth.endedTitle')}</Dialog.Title>
          <Dialog.Description className="mt-1 mb-5 text-sm text-ink-2">
            {t('auth.endedText')}
          </Dialog.Description>
          <SignInForm name={user?.username ?? ''} />
          <Button onClick={() => session.forgetUser()} className="mt-3 self-center">
            {t('auth.otherAccount')}
          </Button>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, type To } from 'react-router'
import { Logo } from '@/components/ui/logo'
import { PreferenceMenu } from '@/components/settings/preference-menu'
import { PortalContainer } from '@/components/ui/portal-container'

interface AuthCardProps {
  title: string
  text: string
  children: ReactNode
  /** A link to another of these pages, below. */
  footer?: { text?: string; link: string; to: To }
}

/** Frame of the pages a user sees before signing in. */
export function AuthCard({ title, text, children, footer }: AuthCardProps) {
  const { t } = useTranslation()
  const [main, setMain] = useState<HTMLElement | null>(null)
  return (
    <div className="flex min-h-dvh flex-col">
      <title>{`${title} · ${t('app.name')}`}</title>
      <header className="flex items-center justify-between py-3 pr-3 pl-5">
        <Logo />
        <PortalContainer value={main}>
          <PreferenceMenu />
        </PortalContainer>
      </header>
      <main ref={setMain} className="flex grow items-start justify-center px-4 pt-[8vh] pb-10">
        <div className="w-full max-w-sm animate-rise">
          <div className="rounded-xl border border-line bg-panel px-6 py-7 shadow-raised sm:px-8">
            <h1 className="text-lg font-semibold">{title}</h1>
            <p className="mt-1 mb-6 text-sm text-ink-2">{text}</p>
            {children}
          </div>
          {footer && (
            <p className="mt-5 text-center text-sm text-ink-2">
              {footer.text}{' '}
              <Link to={footer.to} className="font-medium text-accent hover:underline">
                {footer.link}
              </Link>
            </p>
          )}
        </div>
      </main>
    </div>
  )
}

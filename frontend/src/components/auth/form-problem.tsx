import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, UNREACHABLE } from '@/api/api-error'
import { useCountdown } from '@/hooks/use-countdown'
import { errorText } from '@/i18n/error-text'

interface Problem {
  code: string
  /** When trying again makes sense, in milliseconds since 1970; null: now. */
  retryAt: number | null
}

/** What the server said about a form as a whole. */
export function useFormProblem() {
  const [problem, setProblem] = useState<Problem | null>(null)
  return {
    problem,
    clear: () => setProblem(null),
    show: (error: unknown, codes: Record<string, string> = {}) => {
      const known = error instanceof ApiError ? error : null
      const code = known?.code ?? UNREACHABLE
      setProblem({
        code: codes[code] ?? code,
        retryAt: known?.retryAfter ? Date.now() + known.retryAfter * 1000 : null,
      })
    },
  }
}

/** Says it, with the time left where there is one to wait; gone when that is over. */
export function FormProblem({ problem }: { problem: Problem | null }) {
  return problem && <ShownProblem key={problem.retryAt} problem={problem} />
}

function ShownProblem({ problem: { code, retryAt } }: { problem: Problem }) {
  const { t } = useTranslation()
  const left = useCountdown(retryAt)
  // Screen readers hear it once, not every second.
  const [said] = useState(left)
  if (retryAt !== null && left === 0) return null
  return (
    <p className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger tabular-nums">
      <span role="alert" className={left > 0 ? 'sr-only' : undefined}>
        {errorText(t, { code, retryAfter: said })}
      </span>
      {left > 0 && <span aria-hidden>{errorText(t, { code, retryAfter: left })}</span>}
    </p>
  )
}

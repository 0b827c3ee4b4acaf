import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, UNREACHABLE } from '@/api/api-error'
import { useCountdown } from '@/hooks/use-countdown'
import { errorText } from '@/i18n/error-text'

export interface Problem {
  code: string
  /** When to try again, in milliseconds since 1970; null means now. */
  retryAt: number | null
}

/** The server's error about a whole form. */
export function useFormProblem() {
  const [problem, setProblem] = useState<Problem | null>(null)
  return {
    problem,
    clearProblem: () => setProblem(null),
    showProblem: (error: unknown, codes: Record<string, string> = {}) => {
      const known = error instanceof ApiError ? error : null
      const code = known?.code ?? UNREACHABLE
      setProblem({
        code: codes[code] ?? code,
        retryAt: known?.retryAfter ? Date.now() + known.retryAfter * 1000 : null,
      })
    },
  }
}

/** Shows the error with the remaining waiting time, if there is one; disappears when that has passed. */
export function FormProblem({ problem }: { problem: Problem | null }) {
  return problem && <ShownProblem key={problem.retryAt} problem={problem} />
}

function ShownProblem({ problem: { code, retryAt } }: { problem: Problem }) {
  const { t } = useTranslation()
  const secondsLeft = useCountdown(retryAt)
  // Screen readers announce it once, not every second.
  const [atFirst] = useState(secondsLeft)
  if (retryAt !== null && secondsLeft === 0) return null
  return (
    <p className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger tabular-nums">
      <span role="alert" className={secondsLeft > 0 ? 'sr-only' : undefined}>
        {errorText(t, { code, retryAfter: atFirst })}
      </span>
      {secondsLeft > 0 && <span aria-hidden>{errorText(t, { code, retryAfter: secondsLeft })}</span>}
    </p>
  )
}

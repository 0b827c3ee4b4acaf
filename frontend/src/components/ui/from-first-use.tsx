import { type ReactNode, Suspense, useState } from 'react'

interface FromFirstUseProps {
  isUsed: boolean
  /** Shown while the code of the children is loading. */
  fallback?: ReactNode
  children: ReactNode
}

/** Renders its children from their first use on, so that their code is not loaded earlier. */
export function FromFirstUse({ isUsed, fallback, children }: FromFirstUseProps) {
  const [wasUsed, setWasUsed] = useState(isUsed)
  if (isUsed && !wasUsed) setWasUsed(true)
  return wasUsed && <Suspense fallback={fallback}>{children}</Suspense>
}

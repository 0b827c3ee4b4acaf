import { type ReactNode, Suspense, useState } from 'react'

interface FromFirstUseProps {
  isUsed: boolean
  /** Shown while their code is loading. */
  fallback?: ReactNode
  children: ReactNode
}

/** Renders its children from the first time they are used, so that their code is not loaded before. */
export function FromFirstUse({ isUsed, fallback, children }: FromFirstUseProps) {
  const [wasUsed, setWasUsed] = useState(isUsed)
  if (isUsed && !wasUsed) setWasUsed(true)
  return wasUsed && <Suspense fallback={fallback}>{children}</Suspense>
}

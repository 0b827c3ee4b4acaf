import { type ReactNode, Suspense, useState } from 'react'

interface FromFirstUseProps {
  isUsed: boolean
  children: ReactNode
}

/** Renders its children from the first time they are used, so that their code is not loaded before. */
export function FromFirstUse({ isUsed, children }: FromFirstUseProps) {
  const [wasUsed, setWasUsed] = useState(isUsed)
  if (isUsed && !wasUsed) setWasUsed(true)
  return wasUsed && <Suspense>{children}</Suspense>
}

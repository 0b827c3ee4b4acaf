import { type ReactNode, Suspense, useState } from 'react'

interface FromFirstUseProps {
  isUsed: boolean
  children: ReactNode
}

/** Draws its children from their first use on: what they are made of is loaded no sooner. */
export function FromFirstUse({ isUsed, children }: FromFirstUseProps) {
  const [wasUsed, setWasUsed] = useState(isUsed)
  if (isUsed && !wasUsed) setWasUsed(true)
  return wasUsed && <Suspense>{children}</Suspense>
}

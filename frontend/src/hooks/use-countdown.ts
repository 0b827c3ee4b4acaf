import { useEffect, useState } from 'react'

/**
 * The whole seconds left until `endsAt` (milliseconds since 1970), updated every second; 0 once it has passed.
 * Give the component a new key for each new end: it reads the clock when it mounts.
 */
export function useCountdown(endsAt: number | null): number {
  const [now, setNow] = useState(() => Date.now())
  const secondsLeft = endsAt === null ? 0 : Math.max(0, Math.ceil((endsAt - now) / 1000))
  const isRunning = secondsLeft > 0

  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [isRunning])

  return secondsLeft
}

import { useEffect, useState } from 'react'

/** Whether `flag` has been true for this long; becomes false without a delay. */
export function useDelayed(flag: boolean, milliseconds: number): boolean {
  const [isLong, setIsLong] = useState(false)

  useEffect(() => {
    if (!flag) return
    const timer = setTimeout(() => setIsLong(true), milliseconds)
    return () => {
      clearTimeout(timer)
      setIsLong(false)
    }
  }, [flag, milliseconds])

  return flag && isLong
}

import { useEffect, useState, useSyncExternalStore } from 'react'
import { LabSession, type LabState } from '@/core/lab/lab-session'

/** An experiment of the lab, whose conversation is deleted when the page is left. */
export function useLab(): [LabSession, LabState] {
  const [lab] = useState(() => new LabSession())
  useEffect(() => {
    const close = () => lab.close()
    window.addEventListener('pagehide', close)
    return () => {
      window.removeEventListener('pagehide', close)
      close()
    }
  }, [lab])
  return [lab, useSyncExternalStore(lab.subscribe, lab.state)]
}

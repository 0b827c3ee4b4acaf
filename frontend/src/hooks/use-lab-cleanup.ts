import { useEffect } from 'react'
import { LAB_PREFIX, userStoredNames } from '@/lib/storage/user-storage'

/**
 * Deletes the conversations of labs whose page was left by a full load or closed: the browser may drop the request that
 * the page sends then.
 */
export function useLabCleanup(): void {
  useEffect(() => {
    // Read now: a lab that begins while the code loads is not among them.
    const names = userStoredNames(LAB_PREFIX)
    if (names.length > 0)
      void import('@/core/lab/lab-cleanup').then(({ deleteAbandonedLabs }) => deleteAbandonedLabs(names))
  }, [])
}

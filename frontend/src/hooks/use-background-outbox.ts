import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { BackgroundOutboxes } from '@/core/background-outboxes'

/** Sends what waits for conversations other than the open one. */
export function useBackgroundOutbox(openId: string | undefined): void {
  const client = useQueryClient()
  const outboxes = useMemo(() => new BackgroundOutboxes(client), [client])

  useEffect(() => {
    outboxes.open()
    return () => outboxes.close()
  }, [outboxes])

  useEffect(() => outboxes.show(openId ?? null), [outboxes, openId])
}

import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useParams } from 'react-router'
import { ListSession } from '@/core/list-session'

/** Keeps the list of conversations in sync with other tabs and devices. */
export function useListSession(): void {
  const client = useQueryClient()
  const { id = null } = useParams()
  const session = useMemo(() => new ListSession(client), [client])

  useEffect(() => {
    session.open()
    return () => session.close()
  }, [session])

  useEffect(() => session.show(id), [session, id])
}

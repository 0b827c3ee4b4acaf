import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useParams } from 'react-router'
import { ListLink } from '@/core/list-link'

/** Keeps the list of conversations in sync with other tabs and devices. */
export function useListLink(): void {
  const client = useQueryClient()
  const { id = null } = useParams()
  const link = useMemo(() => new ListLink(client), [client])

  useEffect(() => {
    link.open()
    return () => link.close()
  }, [link])

  useEffect(() => link.show(id), [link, id])
}

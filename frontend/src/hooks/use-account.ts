import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteAccount, endOtherSessions, endSession, sessionsQuery } from '@/api/auth'
import { session } from '@/api/session'

export function useSignOut() {
  return useMutation({ mutationFn: () => session.end() })
}

/** Deletes the account and signs out here. The form shows errors itself. */
export async function deleteAccountAndLeave(password: string): Promise<void> {
  await deleteAccount(password)
  await session.end()
}

/** Ends the given session, or without an id all others. */
export function useEndSession() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string | null) => (id === null ? endOtherSessions() : endSession(id)),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteAccount, endOtherSessions, endSession, sessionsQuery } from '@/api/auth'
import { session } from '@/api/session'
import { clearActivity } from '@/stores/activity'
import { clearDrafts } from '@/stores/drafts'
import { clearOutbox } from '@/stores/outbox'

/** What this browser keeps of a person: the next one at it must not find it. */
function forgetPerson(): void {
  clearActivity()
  clearDrafts()
  clearOutbox()
}

export function useSignOut() {
  return useMutation({ mutationFn: () => session.end(), onSuccess: forgetPerson })
}

/** Deletes the account, then signs out here. Its own form says what went wrong. */
export async function deleteAccountAndLeave(password: string): Promise<void> {
  await deleteAccount(password)
  await session.end()
  forgetPerson()
}

/** Ends the session named, or without one all but this. */
export function useEndSession() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string | null) => (id === null ? endOtherSessions() : endSession(id)),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}

/** Goes to another part of a conversation than the one that is loaded. */
import type { QueryClient } from '@tanstack/react-query'
import { findDepth, fetchPage, PAGE_SIZE, showBranch, threadQuery } from '@/api/conversations'
import { readThread } from '@/core/conversation-cache'
import { windowOf } from '@/lib/thread'

/** Loads the part with the message in it, on whichever branch that is, unless it is there already. */
export async function loadAt(client: QueryClient, id: string, messageId: string): Promise<void> {
  if (readThread(client, id)?.messages.some((message) => message.id === messageId)) return
  const number = Math.floor((await findDepth(id, messageId)) / PAGE_SIZE) + 1
  let page = await fetchPage(id, number)
  if (!page.messages.some((message) => message.id === messageId)) {
    // It is on a branch that is not shown: what is opened is what goes on.
    await showBranch(id, messageId)
    page = await fetchPage(id, number)
  }
  const { queryKey } = threadQuery(id)
  await client.cancelQueries({ queryKey, exact: true })
  client.setQueryData(queryKey, windowOf(page))
}

/** Loads the newest messages in place of an earlier part. */
export async function loadNewest(client: QueryClient, id: string): Promise<void> {
  const { queryKey } = threadQuery(id)
  if (readThread(client, id)?.newerPage === null) return
  client.setQueryData(queryKey, (thread) => thread && { ...thread, messages: [], newerPage: null })
  await client.invalidateQueries({ queryKey, exact: true })
}

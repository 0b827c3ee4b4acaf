/** Loads another part of a conversation than the one in the cache. */
import type { QueryClient } from '@tanstack/react-query'
import { findDepth, fetchPage, PAGE_SIZE, showBranch, threadQuery } from '@/api/conversations'
import { readThread } from '@/core/conversation-cache'
import { windowOf } from '@/lib/thread'

/** Loads the part that contains the message, on whichever branch, unless it is loaded. */
export async function loadAt(client: QueryClient, id: string, messageId: string): Promise<void> {
  if (readThread(client, id)?.messages.some((message) => message.id === messageId)) return
  const number = Math.floor((await findDepth(id, messageId)) / PAGE_SIZE) + 1
  let page = await fetchPage(id, number)
  if (!page.messages.some((message) => message.id === messageId)) {
    // The message is on another branch, which becomes the one that is shown and continued.
    await showBranch(id, messageId)
    page = await fetchPage(id, number)
  }
  const { queryKey } = threadQuery(id)
  await client.cancelQueries({ queryKey, exact: true })
  client.setQueryData(queryKey, windowOf(page))
}

/** Replaces an earlier part with the newest messages. */
export async function loadNewest(client: QueryClient, id: string): Promise<void> {
  const { queryKey } = threadQuery(id)
  if (readThread(client, id)?.newerPage === null) return
  client.setQueryData(queryKey, (thread) => thread && { ...thread, messages: [], newerPage: null })
  await client.invalidateQueries({ queryKey, exact: true })
}

/** Replaces the cached part of a conversation with another part. */
import type { QueryClient } from '@tanstack/react-query'
import { fetchFrom, findDepth, PAGE_SIZE, showBranch, threadQuery } from '@/api/conversations'
import { readThread } from '@/core/conversation-cache'
import { toThread } from '@/lib/thread/thread'
import type { MessagePage } from '@/types/api'

/** Loads the part that contains the message, on whichever branch, unless it is loaded. */
export async function loadAround(client: QueryClient, id: string, messageId: string): Promise<void> {
  if (readThread(client, id)?.messages.some((message) => message.id === messageId)) return
  const depth = await findDepth(id, messageId)
  let page = await fetchPageWith(id, depth)
  if (!page.messages.some((message) => message.id === messageId)) {
    // The message is on another branch, which is shown and continued from now on.
    await showBranch(id, messageId)
    page = await fetchPageWith(id, depth)
  }
  const { queryKey } = threadQuery(id)
  await client.cancelQueries({ queryKey, exact: true })
  client.setQueryData(queryKey, toThread(page))
}

/** A page with the message at `depth`, and with earlier messages if they fit. */
async function fetchPageWith(id: string, depth: number): Promise<MessagePage> {
  const page = await fetchFrom(id, depth - (depth % PAGE_SIZE))
  const isShort = page.has_more && page.offset + page.messages.length <= depth
  return isShort ? fetchFrom(id, depth) : page
}

/** Replaces an earlier part with the newest messages. */
export async function loadNewestPart(client: QueryClient, id: string): Promise<void> {
  const { queryKey } = threadQuery(id)
  if (readThread(client, id)?.newerFrom === null) return
  client.setQueryData(queryKey, (thread) => thread && { ...thread, messages: [], newerFrom: null })
  await client.invalidateQueries({ queryKey, exact: true })
}

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from '@/api/client'
import { nextPageOf } from '@/lib/lists/next-page'
import { mergeNewestPage, type Thread } from '@/lib/thread/thread'
import type {
  Conversation,
  ConversationChange,
  ConversationPage,
  MessagePage,
  NewConversation,
} from '@/types/api'

const LIST_PAGE_SIZE = 100
const MESSAGE_WINDOW = 50
/** Messages read at once from the middle of a branch. */
export const PAGE_SIZE = 50

function path(id: string): string {
  return `/conversations/${encodeURIComponent(id)}`
}

export const conversationListQuery = infiniteQueryOptions({
  queryKey: ['conversations'],
  queryFn: ({ pageParam, signal }) =>
    request<ConversationPage>({
      path: `/conversations/?page=${pageParam}&page_size=${LIST_PAGE_SIZE}`,
      signal,
    }),
  initialPageParam: 1,
  getNextPageParam: (_last, pages) => nextPageOf(pages, ({ conversations }) => conversations),
  // The change feed says when the list is stale; a refetch on focus would fetch every loaded page.
  staleTime: Infinity,
  refetchOnWindowFocus: false,
})

/** All archived conversations, newest activity first. */
export const archivedListQuery = infiniteQueryOptions({
  queryKey: ['archived'],
  queryFn: ({ pageParam, signal }) =>
    request<ConversationPage>({
      path: `/conversations/?only_archived=true&page=${pageParam}&page_size=${LIST_PAGE_SIZE}`,
      signal,
    }),
  initialPageParam: 1,
  getNextPageParam: (_last, pages) => nextPageOf(pages, ({ conversations }) => conversations),
  staleTime: 0,
})

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: ['conversation', id],
    queryFn: ({ signal }) => request<Conversation>({ path: path(id), signal }),
    staleTime: 60_000,
  })
}

/** The newest messages, joined to already loaded older messages where the two overlap. */
export function threadQuery(id: string) {
  return queryOptions({
    queryKey: ['thread', id],
    queryFn: async ({ signal, client, queryKey }) => {
      const old = client.getQueryData<Thread>(queryKey)
      // The user is reading an earlier part, which stays.
      if (old && old.newerFrom !== null) return old
      return mergeNewestPage(old, await fetchMessages(id, '', signal))
    },
    // The conversation's connection says when the thread is stale.
    staleTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
}

/** Up to 50 messages before the named message (empty: the newest), oldest first; fewer where their text is long. */
export async function fetchMessages(id: string, before: string, signal?: AbortSignal): Promise<MessagePage> {
  const query = new URLSearchParams({ before, page_size: String(MESSAGE_WINDOW) })
  return request({ path: `${path(id)}/messages?${query.toString()}`, signal })
}

/** Up to 50 messages of the branch that is shown, after its first `offset`; fewer where their text is long. */
export async function fetchFrom(id: string, offset: number): Promise<MessagePage> {
  return request({ path: `${path(id)}/messages?offset=${offset}&page_size=${PAGE_SIZE}` })
}

/** The number of messages before the named one on its branch. */
export async function findDepth(id: string, messageId: string): Promise<number> {
  const query = new URLSearchParams({ around: messageId, page_size: '1' })
  const page = await request<MessagePage>({ path: `${path(id)}/messages?${query.toString()}` })
  return page.offset
}

export async function createConversation(conversation: NewConversation): Promise<Conversation> {
  return request({ method: 'POST', path: '/conversations/', body: conversation })
}

export async function updateConversation(id: string, change: ConversationChange): Promise<Conversation> {
  return request({ method: 'PATCH', path: path(id), body: change })
}

export async function deleteConversation(id: string): Promise<void> {
  return request({ method: 'DELETE', path: path(id) })
}

/** Undoes a deletion; possible for 30 seconds. */
export async function restoreConversation(id: string): Promise<void> {
  return request({ method: 'POST', path: `${path(id)}/restore` })
}

/** Removes the message and everything below it. */
export async function deleteMessage(id: string, messageId: string): Promise<void> {
  return request({ method: 'DELETE', path: `${path(id)}/messages/${encodeURIComponent(messageId)}` })
}

export async function showBranch(id: string, messageId: string): Promise<void> {
  return request({ method: 'PUT', path: `${path(id)}/leaf`, body: { message_id: messageId } })
}

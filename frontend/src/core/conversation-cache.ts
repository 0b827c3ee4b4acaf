/** The only module that changes cached conversations and threads directly. */
import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query'
import { conversationListQuery, conversationQuery, threadQuery } from '@/api/conversations'
import type { Thread } from '@/lib/thread/thread'
import type { Conversation, ConversationPage, ConversationSummary } from '@/types/api'

type ConversationPages = InfiniteData<ConversationPage, number>

/** Pinned first, then by newest activity. Each conversation once, even if it moved between pages while they loaded. */
export function sortedConversations(pages: readonly ConversationPage[]): ConversationSummary[] {
  const byId = new Map<string, ConversationSummary>()
  for (const page of pages) {
    for (const conversation of page.conversations) {
      if (!byId.has(conversation.id)) byId.set(conversation.id, conversation)
    }
  }
  return [...byId.values()].sort(
    (a, b) =>
      Number(b.is_pinned) - Number(a.is_pinned) ||
      Number(b.updated_at > a.updated_at) - Number(b.updated_at < a.updated_at),
  )
}

/** The cached conversation: the whole one if it was opened, otherwise its entry in the list. */
export function readConversation(
  client: QueryClient,
  id: string,
): Conversation | ConversationSummary | undefined {
  return client.getQueryData(conversationQuery(id).queryKey) ?? findListed(client, id)
}

function findListed(client: QueryClient, id: string): ConversationSummary | undefined {
  return client
    .getQueryData<ConversationPages>(conversationListQuery.queryKey)
    ?.pages.flatMap((page) => page.conversations)
    .find((conversation) => conversation.id === id)
}

export function patchConversation(client: QueryClient, id: string, change: Partial<Conversation>): void {
  client.setQueryData(conversationQuery(id).queryKey, (old) => old && { ...old, ...change })
  changePages(client, (conversations) =>
    conversations.map((conversation) =>
      conversation.id === id ? { ...conversation, ...change } : conversation,
    ),
  )
}

export function addConversation(client: QueryClient, conversation: Conversation): void {
  client.setQueryData(conversationQuery(conversation.id).queryKey, conversation)
  changePages(client, (conversations, page) =>
    page === 0 ? [conversation, ...conversations] : conversations,
  )
}

/** Applies what the server says about a conversation, unless the cache is newer. Archived ones are not listed. */
export function upsertConversation(client: QueryClient, conversation: ConversationSummary): void {
  const { id } = conversation
  const { queryKey } = conversationQuery(id)
  const known = client.getQueryData(queryKey)
  if (known && known.revision < conversation.revision) {
    client.setQueryData(queryKey, { ...known, ...conversation })
    // A summary has no settings: they are fetched when the conversation is shown again.
    void client.invalidateQueries({ queryKey, exact: true, refetchType: 'none' })
  }
  const listed = findListed(client, id)
  if (listed && listed.revision > conversation.revision) return
  changePages(client, (conversations, page) => {
    const others = conversations.filter((other) => other.id !== id)
    return page === 0 && !conversation.is_archived ? [conversation, ...others] : others
  })
}

/** Fetches the list and the shown conversation again. */
export function refetchAll(client: QueryClient): void {
  void forceRefetch(client, { queryKey: conversationListQuery.queryKey })
  void forceRefetch(client, { queryKey: ['conversation'] })
}

/** Cancels first fetches too: they may have read the data before the change, and the cache would keep them. */
async function forceRefetch(
  client: QueryClient,
  filters: { queryKey: QueryKey; exact?: boolean },
): Promise<void> {
  await client.cancelQueries({ ...filters, predicate: ({ state }) => state.data === undefined })
  await client.invalidateQueries(filters)
}

/** Fetches a conversation again if its first fetch is still running. */
export function restartFirstFetch(client: QueryClient, id: string): void {
  const { queryKey } = conversationQuery(id)
  if (client.getQueryData(queryKey) || !client.isFetching({ queryKey, exact: true })) return
  void forceRefetch(client, { queryKey, exact: true })
}

/** Takes the conversation off the list and returns it, if it was listed. */
export function removeConversation(client: QueryClient, id: string): ConversationSummary | undefined {
  const listed = findListed(client, id)
  changePages(client, (conversations) => conversations.filter((conversation) => conversation.id !== id))
  return listed
}

export function readThread(client: QueryClient, id: string): Thread | undefined {
  return client.getQueryData(threadQuery(id).queryKey)
}

/**
 * Changes the loaded thread. A fetch under way was requested before this change and would undo it, so it is cancelled
 * and made again.
 */
export function changeThread(client: QueryClient, id: string, change: (thread: Thread) => Thread): void {
  const { queryKey } = threadQuery(id)
  const thread = readThread(client, id)
  if (!thread) return
  const isFetching = client.isFetching({ queryKey, exact: true }) > 0
  if (isFetching) void client.cancelQueries({ queryKey, exact: true })
  client.setQueryData(queryKey, change(thread))
  if (isFetching) refetchThread(client, id)
}

export function refetchThread(client: QueryClient, id: string): void {
  void client.invalidateQueries({ queryKey: threadQuery(id).queryKey, exact: true })
}

/** Changes the pages of the list. As for threads, a fetch under way is cancelled and made again. */
function changePages(
  client: QueryClient,
  change: (conversations: ConversationSummary[], page: number) => ConversationSummary[],
): void {
  const { queryKey } = conversationListQuery
  const isFetching = client.isFetching({ queryKey, exact: true }) > 0
  if (isFetching) void client.cancelQueries({ queryKey, exact: true })
  client.setQueryData<ConversationPages>(conversationListQuery.queryKey, (old) =>
    old
      ? {
          ...old,
          pages: old.pages.map((page, index) => ({
            ...page,
            conversations: change(page.conversations, index),
          })),
        }
      : old,
  )
  if (isFetching) void forceRefetch(client, { queryKey, exact: true })
}

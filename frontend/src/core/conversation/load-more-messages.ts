/** Loads further messages of a conversation, before or after the cached ones. */
import type { QueryClient } from '@tanstack/react-query'
import { fetchFrom, fetchMessages } from '@/api/conversations'
import { changeThread, readThread } from '@/core/conversation-cache'
import { appendNewer, portionsOf, prependOlder } from '@/lib/thread/thread'

export async function loadOlder(client: QueryClient, id: string): Promise<void> {
  const oldest = readThread(client, id)?.messages[0]
  if (!oldest) return
  let nextId: string | undefined = oldest.id
  for (const portion of portionsOf(await fetchMessages(id, oldest.id))) {
    changeThread(client, id, (thread) =>
      thread.messages[0]?.id === nextId ? prependOlder(thread, portion) : thread,
    )
    nextId = portion.messages[0]?.id
    // Yields to user input in between.
    await new Promise((resolve) => setTimeout(resolve))
  }
}

export async function loadNewer(client: QueryClient, id: string): Promise<void> {
  const offset = readThread(client, id)?.newerFrom ?? null
  if (offset === null) return
  const page = await fetchFrom(id, offset)
  changeThread(client, id, (thread) => (thread.newerFrom === offset ? appendNewer(thread, page) : thread))
}

/** Loads all missing messages on both sides, while `isWanted` returns true. */
export async function loadWhole(client: QueryClient, id: string, isWanted: () => boolean): Promise<void> {
  while (isWanted() && readThread(client, id)?.hasOlder) await loadOlder(client, id)
  while (isWanted() && (readThread(client, id)?.newerFrom ?? null) !== null) await loadNewer(client, id)
}

import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { fetchMessages, fetchPage, threadQuery } from '@/api/conversations'
import { changeThread, readThread } from '@/hooks/conversation-cache'
import { useOutboxItems } from '@/hooks/use-outbox'
import { shownMessage } from '@/lib/answer'
import { appendNewer, EMPTY_THREAD, expectTurn, prependOlder } from '@/lib/thread'
import { useLive } from '@/stores/live'

/** The messages of a conversation, as they are to be shown, and what is still on its way. */
export function useThread(id: string) {
  const outbox = useOutboxItems(id)
  const isUnborn = outbox.some(({ begins }) => begins !== null)
  const query = useQuery({ ...threadQuery(id), enabled: !isUnborn })
  const thread = query.data ?? EMPTY_THREAD
  const messages = useMemo(
    () => outbox.reduce((shown, { command }) => expectTurn(shown, command), thread.messages),
    [thread.messages, outbox],
  )
  const last = messages.at(-1)
  const activeId = useLive(({ answers }) => {
    if (last?.role !== 'assistant') return null
    const { status } = shownMessage(last, answers[last.id])
    return status === 'pending' || status === 'streaming' ? last.id : null
  })
  return {
    query,
    isUnborn,
    messages,
    outbox,
    hasOlder: thread.hasOlder,
    hasNewer: thread.newerPage !== null,
    activeId,
  }
}

/** Loads the messages next to those that are loaded: before them, or after them. */
export function useMoreMessages(id: string, side: 'older' | 'newer') {
  const client = useQueryClient()
  const isLoading = useRef(false)
  const [hasFailed, setHasFailed] = useState(false)
  const load = useCallback(async () => {
    if (isLoading.current) return
    isLoading.current = true
    try {
      await (side === 'older' ? loadOlder(client, id) : loadNewer(client, id))
      setHasFailed(false)
    } catch {
      setHasFailed(true)
    } finally {
      isLoading.current = false
    }
  }, [client, id, side])
  return { load, hasFailed }
}

async function loadOlder(client: QueryClient, id: string): Promise<void> {
  const oldest = readThread(client, id)?.messages[0]
  if (!oldest) return
  const page = await fetchMessages(id, oldest.id)
  changeThread(client, id, (thread) =>
    thread.messages[0]?.id === oldest.id ? prependOlder(thread, page) : thread,
  )
}

async function loadNewer(client: QueryClient, id: string): Promise<void> {
  const number = readThread(client, id)?.newerPage ?? null
  if (number === null) return
  const page = await fetchPage(id, number)
  changeThread(client, id, (thread) => (thread.newerPage === number ? appendNewer(thread, page) : thread))
}

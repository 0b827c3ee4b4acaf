import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { fetchMessages, threadQuery } from '@/api/conversations'
import { changeThread } from '@/hooks/conversation-cache'
import { useOutboxItems } from '@/hooks/use-outbox'
import { shownMessage } from '@/lib/answer'
import { EMPTY_THREAD, expectTurn, prependOlder } from '@/lib/thread'
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
  return { query, isUnborn, messages, outbox, hasOlder: thread.hasOlder, activeId }
}

/** Loads the messages before those that are loaded. */
export function useOlderMessages(id: string) {
  const client = useQueryClient()
  const isLoading = useRef(false)
  const [hasFailed, setHasFailed] = useState(false)
  const load = useCallback(async () => {
    const oldest = client.getQueryData(threadQuery(id).queryKey)?.messages[0]
    if (!oldest || isLoading.current) return
    isLoading.current = true
    try {
      const page = await fetchMessages(id, oldest.id)
      changeThread(client, id, (thread) =>
        thread.messages[0]?.id === oldest.id ? prependOlder(thread, page) : thread,
      )
      setHasFailed(false)
    } catch {
      setHasFailed(true)
    } finally {
      isLoading.current = false
    }
  }, [client, id])
  return { load, hasFailed }
}

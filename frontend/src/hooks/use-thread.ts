import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { withLiveAnswer } from 'ai-chat-client/internal'
import { threadQuery } from '@/api/conversations'
import { loadNewer, loadOlder } from '@/core/conversation/load-more-messages'
import { useOutboxItems } from '@/hooks/use-outbox'
import { EMPTY_THREAD, expectTurn } from '@/lib/thread/thread'
import { useLive } from '@/stores/live'

/** The messages of a conversation as shown, and its outbox. */
export function useThread(id: string) {
  const outbox = useOutboxItems(id)
  const isLocalOnly = outbox.some(({ begins }) => begins !== null)
  const query = useQuery({ ...threadQuery(id), enabled: !isLocalOnly })
  const thread = query.data ?? EMPTY_THREAD
  const messages = useMemo(
    () => outbox.reduce((shown, { command }) => expectTurn(shown, command), thread.messages),
    [thread.messages, outbox],
  )
  const last = messages.at(-1)
  const activeId = useLive(({ answers }) => {
    if (last?.role !== 'assistant') return null
    const { status } = withLiveAnswer(last, answers[last.id])
    return status === 'pending' || status === 'streaming' ? last.id : null
  })
  return {
    query,
    isLocalOnly,
    messages,
    outbox,
    hasOlder: thread.hasOlder,
    hasNewer: thread.newerFrom !== null,
    activeId,
  }
}

/** Loads the messages before or after those already loaded. */
export function useMoreMessages(id: string, side: 'older' | 'newer') {
  const client = useQueryClient()
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle')
  const load = useCallback(async () => {
    setState('loading')
    try {
      await (side === 'older' ? loadOlder(client, id) : loadNewer(client, id))
      setState('idle')
    } catch {
      setState('failed')
    }
  }, [client, id, side])
  return { load, state }
}

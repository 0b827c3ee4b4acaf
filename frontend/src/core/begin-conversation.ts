/** Makes the conversation that a first message begins, however long the server takes to be there. */
import type { QueryClient } from '@tanstack/react-query'
import { ApiError, isTransient } from '@/api/api-error'
import { createConversation, threadQuery } from '@/api/conversations'
import { session } from '@/api/session'
import { addConversation } from '@/core/conversation-cache'
import { itemsOf } from '@/core/outbox-sender'
import { backoffDelay } from '@/lib/backoff'
import { nextStep, type OutboxItem, refuseItem } from '@/lib/outbox'
import { EMPTY_THREAD } from '@/lib/thread'
import { changeItem, useOutbox } from '@/stores/outbox'
import type { Conversation, NewConversation } from '@/types/api'

/**
 * Settles when the conversation is there, or nothing in the outbox wants it to be any more; as the person chose its id,
 * it is made once however often it is asked for. False when `signal` ended it.
 */
export async function beginConversation(
  client: QueryClient,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (let attempt = 0; !signal.aborted;) {
    const item = itemsOf(useOutbox.getState().items, id).find(({ begins }) => begins !== null)
    if (!item?.begins) return true
    const step = nextStep([item], Date.now())
    if (step.kind === 'send') {
      const made = await tryToCreate(item, item.begins)
      if (made) {
        settle(client, made)
        return true
      }
      await pause(backoffDelay(attempt), signal)
      attempt += 1
    } else {
      await pause(step.kind === 'wait' ? step.until - Date.now() : null, signal)
    }
  }
  return false
}

async function tryToCreate(item: OutboxItem, begins: NewConversation): Promise<Conversation | null> {
  try {
    return await createConversation(begins)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    // Without a session it waits for the next one.
    if (!isTransient(error) && error.status !== 401) {
      const { code, retryAfter } = error
      const refusal = retryAfter === null ? { code } : { code, retry_after: retryAfter }
      changeItem(item.id, (current) => refuseItem(current, refusal, Date.now()))
    }
    return null
  }
}

function settle(client: QueryClient, conversation: Conversation): void {
  addConversation(client, conversation)
  client.setQueryData(threadQuery(conversation.id).queryKey, EMPTY_THREAD)
  for (const { id } of itemsOf(useOutbox.getState().items, conversation.id)) {
    changeItem(id, (item) => ({ ...item, begins: null }))
  }
}

/** So long (null: for good), or until the network, the session or the outbox changes. */
function pause(milliseconds: number | null, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      window.clearTimeout(timer)
      unsubscribe.forEach((stop) => stop())
      window.removeEventListener('online', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = milliseconds === null ? undefined : window.setTimeout(done, milliseconds)
    const unsubscribe = [session.subscribe(done), useOutbox.subscribe(done)]
    window.addEventListener('online', done)
    signal.addEventListener('abort', done)
  })
}

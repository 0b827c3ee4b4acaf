/** Creates the conversations that waiting messages begin. */
import type { QueryClient } from '@tanstack/react-query'
import { backoffDelay } from 'ai-chat-client/internal'
import { ApiError, isTransient } from '@/api/api-error'
import { createConversation, threadQuery } from '@/api/conversations'
import { session } from '@/api/session'
import { addConversation } from '@/core/conversation-cache'
import { itemsOf, uploadsOf } from '@/core/conversation-outbox'
import { passBeginning } from '@/core/outbox-actions'
import { nextStep, type OutboxItem, refuseItem } from '@/lib/outbox/outbox'
import { EMPTY_THREAD } from '@/lib/thread/thread'
import { changeItem, useOutbox } from '@/stores/outbox'
import { useUploads } from '@/stores/uploads'
import type { Conversation, NewConversation } from '@/types/api'

/**
 * Creates the conversation if an item of the outbox begins it, and tries until that succeeds or the item is removed.
 * The client chose the id, so repeated requests create it once. False when `signal` ended it.
 */
export async function createMissingConversation(
  queries: QueryClient,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (let attempt = 0; !signal.aborted;) {
    const items = itemsOf(useOutbox.getState().items, id)
    const item = items.find(({ begins }) => begins !== null)
    if (!item?.begins) return true
    const other = uploadsOf(item) === 'refused' && items.find((one) => uploadsOf(one) !== 'refused')
    if (other) {
      passBeginning(item, other)
      continue
    }
    const step = nextStep([item], Date.now(), uploadsOf)
    if (step.kind === 'send') {
      const created = await tryToCreate(item, item.begins)
      if (created) {
        showCreated(queries, created)
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
    // A 401 does not refuse the item, which waits for the next session.
    if (!isTransient(error) && error.status !== 401) {
      const { code, retryAfter } = error
      const refusal = retryAfter === null ? { code } : { code, retry_after: retryAfter }
      changeItem(item.id, (current) => refuseItem(current, refusal, Date.now()))
    }
    return null
  }
}

function showCreated(queries: QueryClient, conversation: Conversation): void {
  addConversation(queries, conversation)
  queries.setQueryData(threadQuery(conversation.id).queryKey, EMPTY_THREAD)
  for (const { id } of itemsOf(useOutbox.getState().items, conversation.id)) {
    changeItem(id, (item) => ({ ...item, begins: null }))
  }
}

/** Waits for this time (null: without limit), or until the network, the session or the outbox changes. */
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
    const unsubscribe = [session, useOutbox, useUploads].map((source) => source.subscribe(done))
    window.addEventListener('online', done)
    signal.addEventListener('abort', done)
  })
}

/** Creates on the server the conversations that queued messages start. */
import type { QueryClient } from '@tanstack/react-query'
import { backoffDelay } from 'ai-chat-client/internal'
import { ApiError, isTransient } from '@/api/api-error'
import { createConversation, threadQuery } from '@/api/conversations'
import { session } from '@/api/session'
import { addConversation } from '@/core/conversation-cache'
import { itemsOf, uploadsStateOf } from '@/core/outbox/conversation-outbox'
import { handOverNewConversation } from '@/core/outbox/outbox-actions'
import { nextStep, type OutboxItem, refuseItem } from '@/lib/outbox/outbox'
import { EMPTY_THREAD } from '@/lib/thread/thread'
import { changeItem, useOutbox } from '@/stores/outbox'
import { useUploads } from '@/stores/uploads'
import type { Conversation, NewConversation } from '@/types/api'

/**
 * Creates the conversation if an item of the outbox starts it. Retries until that succeeds or the item is removed.
 * The client chose the id, so repeated requests create it once. Returns false if aborted.
 */
export async function createMissingConversation(
  queries: QueryClient,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  let attempt = 0
  while (!signal.aborted) {
    const items = itemsOf(useOutbox.getState().items, id)
    const item = items.find(({ begins }) => begins !== null)
    if (!item?.begins) return true
    const other =
      uploadsStateOf(item) === 'refused' && items.find((candidate) => uploadsStateOf(candidate) !== 'refused')
    if (other) {
      handOverNewConversation(item, other)
      continue
    }
    const step = nextStep([item], Date.now(), uploadsStateOf)
    if (step.kind === 'send') {
      const result = await tryToCreate(item.begins)
      if (!(result instanceof ApiError)) {
        showCreated(queries, result)
        return true
      }
      // A 401 does not refuse the item, which waits for the next session.
      if (!isTransient(result) && result.status !== 401) refuse(item, result)
      await pause(backoffDelay(attempt), signal)
      attempt += 1
    } else {
      await pause(step.kind === 'wait' ? step.until - Date.now() : null, signal)
    }
  }
  return false
}

async function tryToCreate(conversation: NewConversation): Promise<Conversation | ApiError> {
  try {
    return await createConversation(conversation)
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

function refuse(item: OutboxItem, { code, retryAfter }: ApiError): void {
  const refusal = retryAfter === null ? { code } : { code, retry_after: retryAfter }
  changeItem(item.id, (current) => refuseItem(current, refusal, Date.now()))
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

/** Begins conversations: the first message is in the outbox at once, and the server creates the conversation later. */
import type { QueryClient } from '@tanstack/react-query'
import { ApiError, isTransient } from '@/api/api-error'
import { createConversation, threadQuery } from '@/api/conversations'
import { session } from '@/api/session'
import { addConversation } from '@/core/conversation-cache'
import { itemsOf } from '@/core/conversation-outbox'
import { backoffDelay } from '@/lib/backoff'
import type { ChatSettings } from '@/lib/chat-settings'
import { newItem, nextStep, type OutboxItem, refuseItem } from '@/lib/outbox'
import { EMPTY_THREAD } from '@/lib/thread'
import { createUuid } from '@/lib/uuid'
import { changeItem, putItem, useOutbox } from '@/stores/outbox'
import type { Conversation, NewConversation } from '@/types/api'

/** Puts the first message of a new conversation into the outbox and returns the conversation's id. */
export function beginConversation(content: string, settings: ChatSettings): string {
  const { model, systemPrompt, temperature, effort } = settings
  const conversationId = createUuid()
  putItem(
    newItem({
      id: createUuid(),
      conversationId,
      owner: session.userId(),
      command: { type: 'chat.message', client_id: createUuid(), content, parent_id: null },
      begins: {
        id: conversationId,
        temperature,
        ...(model !== null && { model }),
        ...(systemPrompt !== '' && { system_prompt: systemPrompt }),
        ...(effort !== '' && { reasoning_effort: effort }),
      },
    }),
  )
  return conversationId
}

/**
 * Creates the conversation if an item of the outbox begins it, and tries until that succeeds or the item is gone. The
 * client chose the id, so repeated requests create it once. False when `signal` ended it.
 */
export async function createMissingConversation(
  client: QueryClient,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (let attempt = 0; !signal.aborted;) {
    const item = itemsOf(useOutbox.getState().items, id).find(({ begins }) => begins !== null)
    if (!item?.begins) return true
    const step = nextStep([item], Date.now())
    if (step.kind === 'send') {
      const created = await tryToCreate(item, item.begins)
      if (created) {
        showCreated(client, created)
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

function showCreated(client: QueryClient, conversation: Conversation): void {
  addConversation(client, conversation)
  client.setQueryData(threadQuery(conversation.id).queryKey, EMPTY_THREAD)
  for (const { id } of itemsOf(useOutbox.getState().items, conversation.id)) {
    changeItem(id, (item) => ({ ...item, begins: null }))
  }
}

/** Waits (null: without limit), or until the network, the session or the outbox changes. */
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

/** The thread: the loaded messages of a conversation's shown branch. Pure. */
import type { TurnCommand } from 'ai-chat-client'
import { isActive, isAtLeast, reopenAnswer } from 'ai-chat-client/internal'
import { assertNever } from '@/lib/assert-never'
import type { Message, MessagePage } from '@/types/api'

export interface Thread {
  /** Oldest first. */
  messages: Message[]
  hasOlder: boolean
  /** How many messages of the branch precede the next newer one; null if the newest message is loaded. */
  newerFrom: number | null
}

/** The number of messages that are rendered at once, within a frame or two. */
const BATCH_SIZE = 8

export const EMPTY_THREAD: Thread = { messages: [], hasOlder: false, newerFrom: null }

/** The thread of a page from the middle of a branch. */
export function toThread(page: MessagePage): Thread {
  const newerFrom = page.has_more ? page.offset + page.messages.length : null
  return { messages: page.messages, hasOlder: page.offset > 0, newerFrom }
}

/** Replaces the thread with a page of the newest messages; keeps the older ones if the two overlap. */
export function mergeNewestPage(old: Thread | undefined, page: MessagePage): Thread {
  const fresh = { messages: page.messages, hasOlder: page.has_more, newerFrom: null }
  const first = page.messages[0]
  if (!old || !first) return fresh
  const meeting = old.messages.findIndex((message) => message.id === first.id)
  if (meeting <= 0) return fresh
  return {
    messages: [...old.messages.slice(0, meeting), ...page.messages],
    hasOlder: old.hasOlder,
    newerFrom: null,
  }
}

export function prependOlder(thread: Thread, page: MessagePage): Thread {
  const known = new Set(thread.messages.map((message) => message.id))
  const older = page.messages.filter((message) => !known.has(message.id))
  return { ...thread, messages: [...older, ...thread.messages], hasOlder: page.has_more }
}

/** A page of older messages in batches, newest first, each of a few questions with their answers. */
export function splitPage(page: MessagePage): MessagePage[] {
  const batches: MessagePage[] = []
  let { messages } = page
  do {
    const latest = Math.max(0, messages.length - BATCH_SIZE)
    const start = messages.findLastIndex(({ role }, index) => index <= latest && role === 'user')
    const from = Math.max(0, start)
    batches.push({ ...page, messages: messages.slice(from), has_more: page.has_more || from > 0 })
    messages = messages.slice(0, from)
  } while (messages.length > 0)
  return batches
}

export function appendNewer(thread: Thread, page: MessagePage): Thread {
  const known = new Set(thread.messages.map((message) => message.id))
  const newer = page.messages.filter((message) => !known.has(message.id))
  return { ...thread, messages: [...thread.messages, ...newer], newerFrom: toThread(page).newerFrom }
}

/**
 * Puts an accepted question and its answer in their place and removes the messages that they replace. Null if their
 * place is not loaded, so that the thread must be fetched again.
 */
export function insertTurn(thread: Thread, question: Message, reply: Message): Thread | null {
  const { messages } = thread
  const at = messages.findIndex((message) => message.id === question.id)
  if (at >= 0) {
    const current = messages[at + 1]
    const after = current?.id === reply.id ? messages.slice(at + 2) : []
    return { ...thread, messages: [...messages.slice(0, at), question, newerOf(current, reply), ...after] }
  }
  if (question.parent_id === null) return { messages: [question, reply], hasOlder: false, newerFrom: null }
  const parent = messages.findIndex((message) => message.id === question.parent_id)
  if (parent < 0) return null
  return { ...thread, messages: [...messages.slice(0, parent + 1), question, reply] }
}

/** An accepted frame may be older than the frames that have arrived for the same answer. */
function newerOf(current: Message | undefined, reply: Message): Message {
  if (current?.id !== reply.id) return reply
  if (current.run < reply.run && isActive(reply.status)) return reopenAnswer(current)
  return isAtLeast(reply, current) ? reply : current
}

export function replaceMessage(thread: Thread, message: Message): Thread {
  return {
    ...thread,
    messages: thread.messages.map((other) => (other.id === message.id ? message : other)),
  }
}

/** The messages that remain once the server accepts the turn; its question is shown below them. */
export function expectTurn(messages: Message[], command: TurnCommand): Message[] {
  switch (command.type) {
    case 'chat.message':
    case 'chat.continue':
      return messages
    case 'chat.edit':
    case 'chat.regenerate': {
      const at = messages.findIndex((message) => message.id === command.message_id)
      return at < 0 ? messages : messages.slice(0, at)
    }
    default:
      return assertNever(command)
  }
}

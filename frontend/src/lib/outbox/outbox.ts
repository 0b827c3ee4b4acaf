/** The outbox: messages that the server has not accepted yet. What is sent next, and what a refusal means. Pure. */
import type { ErrorFrame, TurnCommand } from 'ai-chat-client'
import type { NewConversation } from '@/types/api'
import { makeStorable } from '@/lib/text/typed-text'
import type { UploadsState } from '@/lib/outbox/upload'

interface Refusal {
  code: string
  /** When it is sent again, in milliseconds since 1970; null: only when its author says so. */
  retryAt: number | null
}

/** A command that starts an answer, without the id that the outbox gives it. */
export type UnsentCommand = WithoutClientId<TurnCommand>

type WithoutClientId<C> = C extends unknown ? Omit<C, 'client_id'> : never

/** The server accepts each `client_id` once, however often the command is sent. */
type OutboxCommand = UnsentCommand & { client_id: string }

export interface OutboxItem {
  /** A UUID of version 7, so that ids sort by time. Stays the same when the item is edited. */
  id: string
  command: OutboxCommand
  conversationId: string
  /** The id of the user who wrote it: it is never sent for another user. */
  owner: string
  /** The conversation that it begins, until the server has created that. */
  begins: NewConversation | null
  /** Sent, and may have arrived: it must not change until the server has responded. */
  isSent: boolean
  /** A tab is editing it: it is not sent before this time, in milliseconds since 1970. */
  heldUntil: number | null
  refusal: Refusal | null
}

export type OutboxStep =
  { kind: 'nothing' } | { kind: 'wait'; until: number } | { kind: 'send'; item: OutboxItem }

/** Returns the state of an item's attachments. */
export type UploadsOf = (item: OutboxItem) => UploadsState

/** Another turn came first; the message itself is in order. */
const BUSY = 'ALREADY_PROCESSING'
const BUSY_RETRY_MS = 1_000
const RATE_LIMIT = 'RATE_LIMIT_EXCEEDED'
const RATE_RETRY_MS = 5_000

export function newItem(
  item: Pick<OutboxItem, 'id' | 'command' | 'conversationId' | 'owner'> & Partial<OutboxItem>,
): OutboxItem {
  return {
    begins: null,
    isSent: false,
    heldUntil: null,
    refusal: null,
    ...item,
    command: withStorableText(item.command),
  }
}

/**
 * The next step for the items of one conversation, oldest first. They are sent one after another: an item behind a
 * refused one was written to follow it, and waits. An item waits for its own uploads too; after a refused upload, it
 * stays behind and lets the others pass.
 */
export function nextStep(items: readonly OutboxItem[], now: number, uploadsStateOf: UploadsOf): OutboxStep {
  const item = items.find((one) => uploadsStateOf(one) !== 'refused')
  if (!item || item.refusal?.retryAt === null || uploadsStateOf(item) === 'waiting')
    return { kind: 'nothing' }
  const until = Math.max(item.refusal?.retryAt ?? 0, item.heldUntil ?? 0)
  return until > now ? { kind: 'wait', until } : { kind: 'send', item }
}

/** The attachments that the command names. */
export function attachmentsOf(command: UnsentCommand): readonly string[] {
  return 'attachments' in command ? (command.attachments ?? []) : []
}

/** The item after a refusal: the server did not accept it, so it may be edited again. */
export function refuseItem(
  item: OutboxItem,
  error: Pick<ErrorFrame, 'code' | 'retry_after'>,
  now: number,
): OutboxItem {
  return { ...item, isSent: false, refusal: { code: error.code, retryAt: retryTime(error, now) } }
}

function retryTime(
  { code, retry_after }: Pick<ErrorFrame, 'code' | 'retry_after'>,
  now: number,
): number | null {
  if (code === BUSY) return now + BUSY_RETRY_MS
  if (retry_after !== undefined) return now + retry_after * 1000
  return code === RATE_LIMIT ? now + RATE_RETRY_MS : null
}

/** The message as its author writes it. */
export interface NewMessage {
  content: string
  /** Ids of uploads. */
  attachments: readonly string[]
}

/** The command of a new message, without its place in the tree. */
export function messageCommand({
  content,
  attachments,
}: NewMessage): UnsentCommand & { type: 'chat.message' } {
  const text = { type: 'chat.message', content } as const
  return attachments.length === 0 ? text : { ...text, attachments: [...attachments] }
}

/**
 * The item as its author wants it sent now. It gets a new `client_id`, because the server may have stored the old one
 * with another text.
 */
export function renewItem(item: OutboxItem, clientId: string, changed?: NewMessage): OutboxItem {
  const command = { ...item.command, client_id: clientId }
  if (changed && 'content' in command) {
    command.content = changed.content
    const had = attachmentsOf(command).length > 0
    if (had || changed.attachments.length > 0) command.attachments = [...changed.attachments]
  }
  return { ...item, command: withStorableText(command), isSent: false, heldUntil: null, refusal: null }
}

/** The server refuses characters that it cannot store, and a refused message blocks those behind it. */
function withStorableText<C extends OutboxCommand>(command: C): C {
  return 'content' in command ? { ...command, content: makeStorable(command.content) } : command
}

/** Why an item is still here. */
export type OutboxState =
  | 'refused'
  | 'upload-refused'
  | 'delayed'
  | 'held'
  | 'uploading'
  | 'sending'
  | 'unconfirmed'
  | 'offline'
  | 'behind-tabs'
  | 'behind-answer'
  | 'behind-others'

interface Surroundings {
  isFirst: boolean
  isConnected: boolean
  /** Other tabs use the connections that a browser allows. */
  isQueued: boolean
  isAnswering: boolean
  /** A tab is editing it. */
  isHeld: boolean
  uploads: UploadsState
}

export function stateOf(
  item: OutboxItem,
  { isFirst, isConnected, isQueued, isAnswering, isHeld, uploads }: Surroundings,
): OutboxState {
  if (isHeld) return 'held'
  if (item.refusal?.retryAt === null) return 'refused'
  if (!item.isSent && uploads === 'refused') return 'upload-refused'
  if (item.refusal && item.refusal.code !== BUSY) return 'delayed'
  if (!item.isSent && uploads === 'waiting') return 'uploading'
  if (!isConnected) return item.isSent ? 'unconfirmed' : isQueued ? 'behind-tabs' : 'offline'
  if (!isFirst) return 'behind-others'
  return item.refusal || (isAnswering && !item.isSent) ? 'behind-answer' : 'sending'
}

/** Whether its author may edit or remove the item: not while it is unknown whether the server has it. */
export function isChangeable(state: OutboxState): boolean {
  return state !== 'sending' && state !== 'unconfirmed' && state !== 'held'
}

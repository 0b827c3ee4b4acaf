/** What a person has sent and the server has not taken yet: what goes out when, and what becomes of the refused. Pure. */
import type { NewConversation } from '@/types/api'
import type { ErrorFrame, TurnCommand } from '@/types/frames.gen'

/** A turn with the `client_id` by which the server takes it once, however often it is sent. */
export type TurnWithId = TurnCommand & { client_id: string }

interface Refusal {
  code: string
  /** When it goes out again by itself, in milliseconds since 1970; null: only when its author says so. */
  retryAt: number | null
}

export interface OutboxItem {
  /** A UUID of version 7: what was sent first comes first. Stays the same when the item is changed. */
  id: string
  command: TurnWithId
  conversationId: string
  /** The person who sent it: it never goes out in the name of another. */
  owner: string
  /** The conversation that it begins, for as long as the server does not have it. */
  begins: NewConversation | null
  /** It has gone out and may have arrived: until the server has answered, it must stay as it is. */
  isSent: boolean
  /** Its author is changing it, in whichever tab; until then it does not go out. */
  heldUntil: number | null
  refusal: Refusal | null
}

export type OutboxStep =
  { kind: 'nothing' } | { kind: 'wait'; until: number } | { kind: 'send'; item: OutboxItem }

/** The server said that it is busy: something else came first. No fault of the message. */
const BUSY = 'ALREADY_PROCESSING'
const BUSY_RETRY_MS = 1_000
const RATE_LIMIT = 'RATE_LIMIT_EXCEEDED'
const RATE_RETRY_MS = 5_000

export function newItem(
  item: Pick<OutboxItem, 'id' | 'command' | 'conversationId' | 'owner'> & Partial<OutboxItem>,
): OutboxItem {
  return { begins: null, isSent: false, heldUntil: null, refusal: null, ...item }
}

/**
 * What to do now about the items of one conversation, oldest first. They go out one after another: what follows a
 * refused one was written to follow it, and waits.
 */
export function nextStep(items: readonly OutboxItem[], now: number): OutboxStep {
  const [item] = items
  if (!item || item.refusal?.retryAt === null) return { kind: 'nothing' }
  const until = Math.max(item.refusal?.retryAt ?? 0, item.heldUntil ?? 0)
  return until > now ? { kind: 'wait', until } : { kind: 'send', item }
}

/** What the server's refusal means for the item: it was not taken, so it may be changed again. */
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

/**
 * The item as its author wants to have it sent now. A new `client_id`, as the server may know the old one by what was
 * said then.
 */
export function renewItem(item: OutboxItem, clientId: string, content?: string): OutboxItem {
  const renewed = { ...item.command, client_id: clientId }
  const command = content !== undefined && 'content' in renewed ? { ...renewed, content } : renewed
  return { ...item, command, isSent: false, heldUntil: null, refusal: null }
}

/** Why an item is still here. */
export type OutboxState =
  'refused' | 'delayed' | 'held' | 'sending' | 'unconfirmed' | 'offline' | 'behind-answer' | 'behind-others'

interface Surroundings {
  isFirst: boolean
  isConnected: boolean
  isAnswering: boolean
  /** Somebody is changing it. */
  isHeld: boolean
}

export function stateOf(
  item: OutboxItem,
  { isFirst, isConnected, isAnswering, isHeld }: Surroundings,
): OutboxState {
  if (isHeld) return 'held'
  if (item.refusal?.retryAt === null) return 'refused'
  if (item.refusal && item.refusal.code !== BUSY) return 'delayed'
  if (!isConnected) return item.isSent ? 'unconfirmed' : 'offline'
  if (!isFirst) return 'behind-others'
  return item.refusal || (isAnswering && !item.isSent) ? 'behind-answer' : 'sending'
}

/** Whether its author may change or remove the item: not while nobody knows whether the server has it. */
export function isChangeable(state: OutboxState): boolean {
  return state !== 'sending' && state !== 'unconfirmed' && state !== 'held'
}

/** The outbox of one conversation: sends one item after another while no answer is being written. */
import type { Accepted, ErrorFrame, ServerFrame } from 'ai-chat-client'
import { type Connector, createUuid, isActive } from 'ai-chat-client/internal'
import { session } from '@/api/session'
import { requeueUploads } from '@/core/uploads/upload-actions'
import { forgetUploads } from '@/core/uploads/upload-cleanup'
import { assertNever } from '@/lib/assert-never'
import {
  attachmentsOf,
  newItem,
  nextStep,
  type OutboxItem,
  refuseItem,
  type UnsentCommand,
} from '@/lib/outbox/outbox'
import { uploadsState, type UploadsState } from '@/lib/outbox/upload'
import { changeItem, findItem, putItem, removeItem, useOutbox } from '@/stores/outbox'
import { useUploads } from '@/stores/uploads'

/** The server lacks an attachment or the parent of the message. */
const NOT_FOUND_CODE = 'NOT_FOUND'
/** A connection is checked each time a message has had no response for this long, in milliseconds. */
const CHECK_AFTER_MS = 10_000
/** The `client_id`s of messages whose attachments this page has already requeued; it does so once. */
const requeued = new Set<string>()

export class ConversationOutbox {
  readonly #conversationId: string
  readonly #connector: Pick<Connector<ServerFrame>, 'send' | 'check'>
  #isConnected = false
  /** The answer that is being written. */
  #active: string | null = null
  /** The `client_id` that was sent on this connection and has no response yet. */
  #sentId: string | null = null
  #retryTimer: number | undefined
  #checkTimer: number | undefined
  #unsubscribes: (() => void)[] = []

  constructor(conversationId: string, connector: Pick<Connector<ServerFrame>, 'send' | 'check'>) {
    this.#conversationId = conversationId
    this.#connector = connector
  }

  start(): void {
    if (this.#unsubscribes.length > 0) return
    this.#unsubscribes = [useOutbox, useUploads].map((store) => store.subscribe(() => this.#advance()))
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe()
    this.#unsubscribes = []
    this.onDisconnected()
  }

  /** Stores the command, which is sent when it is its turn. */
  add(unsent: UnsentCommand): void {
    const command = { ...unsent, client_id: createUuid() }
    const identity = { conversationId: this.#conversationId, owner: session.userId() }
    putItem(newItem({ id: createUuid(), command, ...identity }))
  }

  has(clientId: string | null | undefined): boolean {
    return this.#itemOf(clientId) !== undefined
  }

  isEmpty(): boolean {
    return this.#items().length === 0
  }

  /** Whether an item is to be sent, now or after a delay. */
  needsConnection(): boolean {
    return nextStep(this.#items(), Date.now(), uploadsStateOf).kind !== 'nothing'
  }

  /** Whether an item was sent and has no response yet. */
  awaitsResponse(): boolean {
    return this.#items().some(({ isSent }) => isSent)
  }

  onConnected(active: string | null): void {
    this.#isConnected = true
    this.#active = active
    this.#sentId = null
    this.#advance()
  }

  onDisconnected(): void {
    this.#isConnected = false
    this.#sentId = null
    window.clearTimeout(this.#retryTimer)
    window.clearTimeout(this.#checkTimer)
  }

  onAccepted({ client_id, reply }: Accepted): void {
    if (isActive(reply.status)) this.#active = reply.id
    const item = this.#itemOf(client_id)
    if (!item) return
    removeItem(item.id)
    forgetUploads(attachmentsOf(item.command))
  }

  /** An answer has ended: the next item may be sent. */
  onAnswerEnd(messageId: string): void {
    if (this.#active === messageId) this.#active = null
    this.#advance()
  }

  onRefused(error: ErrorFrame): void {
    const item = this.#itemOf(error.client_id)
    if (error.client_id === this.#sentId) this.#sentId = null
    if (!item) return
    const { client_id } = item.command
    if (error.code === NOT_FOUND_CODE && !requeued.has(client_id)) {
      requeued.add(client_id)
      if (requeueUploads(attachmentsOf(item.command))) {
        changeItem(item.id, (current) => ({ ...current, isSent: false, refusal: null }))
        return
      }
    }
    changeItem(item.id, (current) => refuseItem(current, error, Date.now()))
  }

  #itemOf(clientId: string | null | undefined): OutboxItem | undefined {
    return this.#items().find(({ command }) => command.client_id === clientId)
  }

  #items(): OutboxItem[] {
    return itemsOf(useOutbox.getState().items, this.#conversationId)
  }

  #advance(): void {
    window.clearTimeout(this.#retryTimer)
    if (!this.#itemOf(this.#sentId)) this.#sentId = null
    if (!this.#isConnected || this.#active !== null || this.#sentId !== null) return
    const now = Date.now()
    const step = nextStep(this.#items(), now, uploadsStateOf)
    switch (step.kind) {
      case 'nothing':
        break
      case 'wait':
        this.#retryTimer = window.setTimeout(() => this.#advance(), step.until - now)
        break
      case 'send':
        this.#sendItem(step.item)
        break
      default:
        assertNever(step)
    }
  }

  #sendItem({ id, command }: OutboxItem): void {
    // Another tab may have sent or changed it; the event that says so may not have arrived here yet.
    const current = findItem(id)
    if (current?.command.client_id !== command.client_id) return
    if (nextStep([current], Date.now(), uploadsStateOf).kind !== 'send') return
    this.#sentId = command.client_id
    // Stored before it is sent: from then on it may have arrived.
    changeItem(id, (item) => ({ ...item, isSent: true, refusal: null }))
    if (this.#connector.send(command)) {
      this.#checkUntilResponse(command.client_id)
      return
    }
    this.#sentId = null
    this.#isConnected = false
    changeItem(id, (item) => ({ ...item, isSent: current.isSent }))
  }

  /** Checks the connection until the message has its response. It can still be lost after a check has succeeded. */
  #checkUntilResponse(clientId: string): void {
    window.clearTimeout(this.#checkTimer)
    this.#checkTimer = window.setTimeout(() => {
      if (this.#sentId !== clientId) return
      this.#connector.check()
      this.#checkUntilResponse(clientId)
    }, CHECK_AFTER_MS)
  }
}

/** The items of the signed-in user for one conversation, oldest first. */
export function itemsOf(items: readonly OutboxItem[], conversationId: string): OutboxItem[] {
  const owner = session.userId()
  return items.filter((item) => item.conversationId === conversationId && item.owner === owner)
}

/** The state of the attachments that the item names. */
export function uploadsStateOf({ command }: OutboxItem): UploadsState {
  return uploadsState(attachmentsOf(command), useUploads.getState().items)
}

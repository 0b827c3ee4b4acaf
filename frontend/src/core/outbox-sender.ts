/** Sends what waits in the outbox for one conversation, one item after another, whenever the conversation is free. */
import { session } from '@/api/session'
import { isActive } from '@/lib/answer'
import { assertNever } from '@/lib/assert-never'
import { nextStep, type OutboxItem, refuseItem } from '@/lib/outbox'
import { changeItem, findItem, removeItem, useOutbox } from '@/stores/outbox'
import type { Accepted, ErrorFrame, TurnCommand } from '@/types/frames.gen'

export class OutboxSender {
  readonly #conversationId: string
  readonly #send: (command: TurnCommand) => boolean
  #isConnected = false
  /** The answer that is being written. */
  #active: string | null = null
  /** The `client_id` that this connection was given and has not answered yet. */
  #underway: string | null = null
  #timer: number | undefined
  #unsubscribe: (() => void) | null = null

  /** `send` gives false when there is no connection. */
  constructor(conversationId: string, send: (command: TurnCommand) => boolean) {
    this.#conversationId = conversationId
    this.#send = send
  }

  start(): void {
    this.#unsubscribe ??= useOutbox.subscribe(() => this.#advance())
  }

  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
    this.disconnected()
  }

  connected(active: string | null): void {
    this.#isConnected = true
    this.#active = active
    this.#underway = null
    this.#advance()
  }

  disconnected(): void {
    this.#isConnected = false
    this.#underway = null
    window.clearTimeout(this.#timer)
  }

  accepted({ client_id, reply }: Accepted): void {
    if (isActive(reply.status)) this.#active = reply.id
    const item = this.#itemOf(client_id)
    if (item) removeItem(item.id)
  }

  /** An answer has ended; its successor may start. */
  ended(messageId: string): void {
    if (this.#active === messageId) this.#active = null
    this.#advance()
  }

  refused(error: ErrorFrame): void {
    const item = this.#itemOf(error.client_id)
    if (error.client_id === this.#underway) this.#underway = null
    if (item) changeItem(item.id, (current) => refuseItem(current, error, Date.now()))
  }

  #itemOf(clientId: string | null | undefined): OutboxItem | undefined {
    return this.#items().find(({ command }) => command.client_id === clientId)
  }

  #items(): OutboxItem[] {
    return itemsOf(useOutbox.getState().items, this.#conversationId)
  }

  #advance(): void {
    window.clearTimeout(this.#timer)
    if (!this.#itemOf(this.#underway)) this.#underway = null
    if (!this.#isConnected || this.#active !== null || this.#underway !== null) return
    const now = Date.now()
    const step = nextStep(this.#items(), now)
    switch (step.kind) {
      case 'nothing':
        break
      case 'wait':
        this.#timer = window.setTimeout(() => this.#advance(), step.until - now)
        break
      case 'send':
        this.#sendItem(step.item)
        break
      default:
        assertNever(step)
    }
  }

  #sendItem({ id, command }: OutboxItem): void {
    // Another tab may have been quicker; its word has not come here yet.
    const current = findItem(id)
    if (current?.command.client_id !== command.client_id || nextStep([current], Date.now()).kind !== 'send')
      return
    this.#underway = command.client_id
    // Kept before it goes out: whatever happens then, it may have arrived.
    changeItem(id, (item) => ({ ...item, isSent: true, refusal: null }))
    if (this.#send(command)) return
    this.#underway = null
    this.#isConnected = false
    changeItem(id, (item) => ({ ...item, isSent: current.isSent }))
  }
}

/** What the person signed in has waiting for one conversation, oldest first. */
export function itemsOf(items: readonly OutboxItem[], conversationId: string): OutboxItem[] {
  const owner = session.userId()
  return items.filter((item) => item.conversationId === conversationId && item.owner === owner)
}

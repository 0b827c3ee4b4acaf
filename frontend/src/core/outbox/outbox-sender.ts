/** Sends the outbox messages of a conversation that is not open. */
import type { QueryClient } from '@tanstack/react-query'
import type { ConnectionState, ServerFrame } from 'ai-chat-client'
import {
  type Connector,
  createConversationConnector,
  isAnswerFrame,
  isTerminal,
} from 'ai-chat-client/internal'
import { chatServer } from '@/api/chat-server'
import { createMissingConversation } from '@/core/outbox/missing-conversation'
import { ConversationOutbox, itemsOf } from '@/core/outbox/conversation-outbox'
import { refuseItem } from '@/lib/outbox/outbox'
import { changeItem, useOutbox } from '@/stores/outbox'

export class OutboxSender {
  readonly #id: string
  readonly #queries: QueryClient
  readonly #connector: Connector<ServerFrame>
  readonly #outbox: ConversationOutbox
  readonly #opening = new AbortController()

  constructor(conversationId: string, queries: QueryClient) {
    this.#id = conversationId
    this.#queries = queries
    this.#connector = createConversationConnector(chatServer, conversationId, {
      resume: () => ({}),
      need: () => 'urgent',
      onFrame: (frame) => this.#receive(frame),
      onState: (state) => this.#onConnectionState(state),
    })
    this.#outbox = new ConversationOutbox(conversationId, this.#connector)
  }

  async open(): Promise<void> {
    this.#outbox.start()
    if (await createMissingConversation(this.#queries, this.#id, this.#opening.signal)) this.#connector.open()
  }

  close(): void {
    this.#opening.abort()
    this.#outbox.stop()
    this.#connector.close()
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === 'auth.success') this.#outbox.onConnected(frame.active)
    else if (frame.type === 'chat.accepted') this.#outbox.onAccepted(frame)
    else if (isAnswerFrame(frame)) {
      if (isTerminal(frame)) this.#outbox.onAnswerEnd(frame.message_id)
    } else if (frame.type === 'chat.error') this.#outbox.onRefused(frame)
  }

  #onConnectionState(state: ConnectionState): void {
    if (state.kind !== 'open') this.#outbox.onDisconnected()
    if (state.kind !== 'closed' || state.reason !== 'no-conversation') return
    for (const { id } of itemsOf(useOutbox.getState().items, this.#id)) {
      changeItem(id, (item) => refuseItem(item, { code: 'NO_CONVERSATION' }, Date.now()))
    }
  }
}

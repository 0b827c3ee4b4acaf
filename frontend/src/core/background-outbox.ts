/** Sends what waits for a conversation that nobody has open. Knows no React, and shows nothing. */
import type { QueryClient } from '@tanstack/react-query'
import { ChatSocket } from '@/api/chat-socket'
import { session } from '@/api/session'
import { beginConversation } from '@/core/begin-conversation'
import { itemsOf, OutboxSender } from '@/core/outbox-sender'
import { refuseItem } from '@/lib/outbox'
import { changeItem, useOutbox } from '@/stores/outbox'
import type { Connection } from '@/lib/connection'
import { isAnswerFrame, isTerminal } from '@/lib/answer'
import type { ServerFrame } from '@/types/frames.gen'

export class BackgroundOutbox {
  readonly #id: string
  readonly #client: QueryClient
  readonly #socket: ChatSocket
  readonly #sender: OutboxSender
  readonly #opening = new AbortController()

  constructor(conversationId: string, client: QueryClient) {
    this.#id = conversationId
    this.#client = client
    this.#socket = new ChatSocket({
      conversationId,
      token: () => session.token(),
      refresh: () => session.refresh(),
      resume: () => null,
      onFrame: (frame) => this.#receive(frame),
      onConnection: (connection) => this.#connectionChanged(connection),
    })
    this.#sender = new OutboxSender(conversationId, (command) => this.#socket.send(command))
  }

  async open(): Promise<void> {
    this.#sender.start()
    if (await beginConversation(this.#client, this.#id, this.#opening.signal)) this.#socket.open()
  }

  close(): void {
    this.#opening.abort()
    this.#sender.stop()
    this.#socket.close()
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === 'auth.success') this.#sender.connected(frame.active)
    else if (frame.type === 'chat.accepted') this.#sender.accepted(frame)
    else if (isAnswerFrame(frame)) {
      if (isTerminal(frame)) this.#sender.ended(frame.message_id)
    } else if (frame.type === 'chat.error') this.#sender.refused(frame)
  }

  #connectionChanged(connection: Connection): void {
    if (connection.kind !== 'open') this.#sender.disconnected()
    if (connection.kind !== 'closed' || connection.reason !== 'no-conversation') return
    for (const { id } of itemsOf(useOutbox.getState().items, this.#id)) {
      changeItem(id, (item) => refuseItem(item, { code: 'NO_CONVERSATION' }, Date.now()))
    }
  }
}

import type { Message } from '@/types/api'

/** A question with what answers it: what is shown, and left alone, as one. */
export interface MessageGroup {
  id: string
  messages: Message[]
}

/** The messages by question, oldest first; a window may begin with an answer. */
export function groupMessages(messages: readonly Message[]): MessageGroup[] {
  const groups: MessageGroup[] = []
  for (const message of messages) {
    const group = message.role === 'user' ? undefined : groups.at(-1)
    if (group) group.messages.push(message)
    else groups.push({ id: message.id, messages: [message] })
  }
  return groups
}

import type { Message } from '@/types/api'

/** A question with what answers it: what is shown, and left alone, as one. */
export interface MessageGroup {
  id: string
  messages: Message[]
}

/**
 * The messages by question, oldest first; a window may begin with an answer. A group whose messages are the same as
 * in `before` is that very group, so that what shows it is left alone.
 */
export function groupMessages(
  messages: readonly Message[],
  before: readonly MessageGroup[] = [],
): MessageGroup[] {
  const groups: MessageGroup[] = []
  for (const message of messages) {
    const group = message.role === 'user' ? undefined : groups.at(-1)
    if (group) group.messages.push(message)
    else groups.push({ id: message.id, messages: [message] })
  }
  const known = new Map(before.map((group) => [group.id, group]))
  return groups.map((group) => {
    const same = known.get(group.id)
    return same && isSame(same.messages, group.messages) ? same : group
  })
}

function isSame(a: readonly Message[], b: readonly Message[]): boolean {
  return a.length === b.length && a.every((message, index) => message === b[index])
}

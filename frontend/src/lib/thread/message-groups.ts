import type { Message } from '@/types/api'

/** A question with its answers, shown as one section. */
export interface MessageGroup {
  id: string
  messages: Message[]
}

/** A few groups in a row, rendered or replaced by plain text together. */
export interface Stretch {
  id: string
  groups: MessageGroup[]
}

const MAX_GROUPS = 4
/** Characters of text beyond which a stretch gets no more groups. */
const FULL_LENGTH = 6_000

/**
 * Groups the messages by question, oldest first; a window may begin with an answer. A group with the same messages as
 * in `before` is the same object, so that React does not render it again.
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

/**
 * Combines the groups into stretches. Groups that were together in `before` stay together; a stretch with the same
 * groups is the same object.
 */
export function stretchesOf(groups: readonly MessageGroup[], before: readonly Stretch[] = []): Stretch[] {
  const known = new Map(before.flatMap((stretch) => stretch.groups.map(({ id }) => [id, stretch] as const)))
  const stretches: Stretch[] = []
  for (const group of groups) {
    const last = stretches.at(-1)
    const neighbour = last?.groups.at(-1)
    const home = known.get(group.id)
    const joins = home ? neighbour && known.get(neighbour.id) === home : last && hasRoom(last)
    if (last && joins) last.groups.push(group)
    else stretches.push({ id: group.id, groups: [group] })
  }
  const same = new Map(before.map((stretch) => [stretch.id, stretch]))
  return stretches.map((stretch) => {
    const old = same.get(stretch.id)
    return old && isSame(old.groups, stretch.groups) ? old : stretch
  })
}

function hasRoom({ groups }: Stretch): boolean {
  const lengths = groups.flatMap(({ messages }) => messages.map(({ content }) => content.length))
  return groups.length < MAX_GROUPS && lengths.reduce((sum, length) => sum + length, 0) < FULL_LENGTH
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}

/**
 * The question that is being edited in this tab, whichever control started the edit, and the changed text of each
 * question whose edit was left. Both survive a reload.
 */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { z } from '@/lib/schema'
import { checkedUserStorage, followUser } from '@/stores/checked-storage'
import { changedAttachments, keepChangedAttachments } from '@/stores/draft-attachments'
import { changedText, keepChangedText } from '@/stores/drafts'
import type { Message } from '@/types/api'

type Question = Pick<Message, 'id' | 'content' | 'attachments'>

const storedSchema = z.object({ conversationId: z.nullable(z.string()), messageId: z.nullable(z.string()) })
const NOTHING: z.infer<typeof storedSchema> = { conversationId: null, messageId: null }

export const useEditing = create<typeof NOTHING>()(
  persist(() => NOTHING, { name: 'editing', storage: checkedUserStorage(storedSchema, 'sessionStorage') }),
)

followUser(useEditing, NOTHING)

const keyOf = ({ id }: Question) => `edit:${id}`

export function beginEdit(conversationId: string, messageId: string): void {
  useEditing.setState({ conversationId, messageId })
}

/** Ends the edit of the question and forgets its changes. */
export function endEdit(question: Question): void {
  useEditing.setState(NOTHING)
  keepChangedText(keyOf(question), null)
  keepChangedAttachments(keyOf(question), null)
}

/** The question as its edit has changed it so far. */
export function editedQuestion(question: Question): { text: string; ids: string[] } {
  return {
    text: changedText(keyOf(question)) ?? question.content,
    ids: changedAttachments(keyOf(question)) ?? question.attachments.map(({ id }) => id),
  }
}

export function saveEditedText(question: Question, text: string): void {
  keepChangedText(keyOf(question), text === question.content ? null : text)
}

export function saveEditedAttachments(question: Question, ids: readonly string[]): void {
  const isWithout = ids.length === 0 && question.attachments.length === 0
  keepChangedAttachments(keyOf(question), isWithout ? null : [...ids])
}

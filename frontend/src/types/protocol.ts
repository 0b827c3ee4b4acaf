/** The frames of the chat WebSocket, version 1. */
import type { AnswerStatus, Conversation, ConversationSummary, Message } from '@/types/api'

/** How far a reader is in one answer: all up to and including number `seq` of `run`. */
export interface Position {
  message_id: string
  run: number
  seq: number
}

export type TurnCommand =
  | {
      type: 'chat.message'
      client_id: string
      content: string
      parent_id?: string | null
      model?: string
    }
  | { type: 'chat.regenerate'; client_id: string; message_id: string; model?: string }
  | { type: 'chat.edit'; client_id: string; message_id: string; content: string }
  | { type: 'chat.continue'; client_id: string; message_id: string }

export type ClientCommand =
  | TurnCommand
  | { type: 'chat.stop'; message_id?: string }
  | ({ type: 'chat.follow' } & Position)
  | { type: 'ping' }

export type ClientFrame = ClientCommand | { type: 'auth'; token: string; resume?: Position }

interface FramePosition extends Position {
  /** The number before the first delta of the frame. */
  from: number
  /** Forget what you have of this answer; always with `from: 0`. */
  reset?: boolean
}

interface Usage {
  prompt_tokens: number | null
  completion_tokens: number | null
}

export interface StreamFrame extends FramePosition {
  type: 'chat.stream' | 'chat.reasoning'
  content: string
  done?: false
}

interface EndFrame extends FramePosition {
  type: 'chat.stream'
  content: ''
  done: true
  status: AnswerStatus
  finish_reason: string | null
  usage: Usage | null
  context_dropped?: number
}

/** The terminal frame of a run that failed. */
interface FailureFrame extends FramePosition {
  type: 'chat.error'
  done: true
  code: string
  error: string
  retry_after?: number
  context_dropped?: number
}

/** An error that ends no answer. */
export interface ErrorFrame {
  type: 'chat.error'
  done?: false
  code: string
  error: string
  client_id?: string
  retry_after?: number
}

export type AnswerFrame = StreamFrame | EndFrame | FailureFrame

export interface AuthSuccess {
  type: 'auth.success'
  conversation_id: string
  revision: number
  leaf_id: string | null
  active: string | null
  renewed?: boolean
}

export interface AcceptedFrame {
  type: 'chat.accepted'
  kind: 'message' | 'regenerate' | 'edit' | 'continue'
  client_id?: string | null
  message: Message
  reply: Message
  run: number
  revision?: number
}

export type ConversationUpdated = { type: 'conversation.updated'; revision: number } & Partial<
  Omit<Conversation, 'id' | 'revision'>
>

export type ServerFrame =
  | AuthSuccess
  | AcceptedFrame
  | AnswerFrame
  | ErrorFrame
  | ConversationUpdated
  | { type: 'conversation.deleted' }
  | { type: 'ping' }
  | { type: 'pong' }

export function isAnswerFrame(frame: ServerFrame): frame is AnswerFrame {
  if (frame.type === 'chat.error') return frame.done === true
  return frame.type === 'chat.stream' || frame.type === 'chat.reasoning'
}

/** `/ws/events/`: where the server is, and the answers that are being written. */
export interface EventsSuccess {
  type: 'auth.success'
  revision: number
  active: { conversation_id: string; message_id: string }[]
  renewed?: boolean
}

export interface ConversationChanged {
  type: 'conversation.created' | 'conversation.updated' | 'conversation.deleted'
  conversation: ConversationSummary
  revision: number
}

export interface AnswerChanged {
  type: 'answer.started' | 'answer.ended'
  conversation_id: string
  message_id: string
  status: AnswerStatus
  /** The conversation's, which is in the order of what was talked about. */
  updated_at: string
  revision: number
}

export type EventsFrame =
  EventsSuccess | ConversationChanged | AnswerChanged | ErrorFrame | { type: 'ping' } | { type: 'pong' }

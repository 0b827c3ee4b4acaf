/** Generated from `contract/` by `make contract`: do not edit. */
export type FramesAndCommandsOfTheChatVersion202612 = ClientFrame | ServerFrame | ChangeFeedFrame
export type ClientFrame = Authenticate | ClientCommand
export type ClientCommand = TurnCommand | Stop | Follow | Ping | Pong
export type TurnCommand = SendMessage | Regenerate | EditQuestion | ContinueAnswer
export type ServerFrame =
  | AuthSuccess
  | Accepted
  | AnswerFrame
  | Waiting
  | ErrorFrame
  | ConversationUpdated
  | ConversationDeleted
  | ServerPing
  | ServerPong
/**
 * The four ways to start an answer, as the wire names them.
 */
export type RequestKind = 'continue' | 'edit' | 'message' | 'regenerate'
export type AnswerFrame = DeltaFrame | StreamEnd | FailedEnd
export type DeltaFrame = StreamDelta | ReasoningDelta
/**
 * States of an answer (docs/protocol.md, section 7).
 */
export type AnswerStatus =
  'complete' | 'error' | 'filtered' | 'interrupted' | 'length' | 'pending' | 'stopped' | 'streaming'
export type ChangeFeedFrame =
  ChangeFeedSuccess | ConversationChanged | AnswerChanged | ErrorFrame | ServerPing | ServerPong
export type ConversationChanged =
  ListedConversationCreated | ListedConversationUpdated | ListedConversationDeleted
export type AnswerChanged = AnswerStarted | AnswerEnded

/**
 * Signs in, or renews the session of a connection; `resume` continues an answer after a reconnect.
 */
export interface Authenticate {
  type: 'auth'
  client_id?: string | null
  /**
   * an access token
   */
  token: string
  resume?: AnswerPosition | null
}
/**
 * The position that a client has reached in an answer.
 */
export interface AnswerPosition {
  /**
   * a UUID
   */
  message_id: string
  /**
   * a whole number, 0 or greater
   */
  run: number
  /**
   * a whole number, 0 or greater
   */
  seq: number
}
/**
 * Stores a question and starts its answer.
 *
 * `parent_id` names the answer it follows; null starts a new branch at the root; absent: the current leaf. With
 * `attachments`, `content` may be blank.
 */
export interface SendMessage {
  type: 'chat.message'
  client_id?: string | null
  /**
   * a string
   */
  content: string
  parent_id?: string | null
  model?: string | null
  attachments?: string[] | null
}
/**
 * Starts another answer to the question of the answer `message_id`.
 */
export interface Regenerate {
  type: 'chat.regenerate'
  client_id?: string | null
  /**
   * a UUID
   */
  message_id: string
  model?: string | null
}
/**
 * Stores another version of the question `message_id` and starts its answer.
 *
 * Without `attachments`, it keeps the attachments of that question.
 */
export interface EditQuestion {
  type: 'chat.edit'
  client_id?: string | null
  /**
   * a UUID
   */
  message_id: string
  /**
   * a string
   */
  content: string
  model?: string | null
  attachments?: string[] | null
}
/**
 * Continues the answer `message_id`, which ended early, in its next run.
 */
export interface ContinueAnswer {
  type: 'chat.continue'
  client_id?: string | null
  /**
   * a UUID
   */
  message_id: string
  model?: string | null
}
/**
 * Stops the answer `message_id`, or the one being written.
 */
export interface Stop {
  type: 'chat.stop'
  client_id?: string | null
  message_id?: string | null
}
/**
 * Follows the answer `message_id` from a position.
 */
export interface Follow {
  type: 'chat.follow'
  client_id?: string | null
  /**
   * a UUID
   */
  message_id: string
  /**
   * a whole number, 0 or greater
   */
  run: number
  /**
   * a whole number, 0 or greater
   */
  seq: number
}
/**
 * Asks for a `pong`.
 */
export interface Ping {
  type: 'ping'
  client_id?: string | null
}
/**
 * Answers a `ping` of the server; not required.
 */
export interface Pong {
  type: 'pong'
  client_id?: string | null
}
/**
 * Answers `auth` in a conversation; `active` is the answer being written.
 */
export interface AuthSuccess {
  type: 'auth.success'
  conversation_id: string
  revision: number
  leaf_id: string | null
  active: string | null
  renewed?: true
}
/**
 * A run of an answer has begun; precedes its first delta on every connection of the conversation.
 */
export interface Accepted {
  type: 'chat.accepted'
  kind: RequestKind
  client_id: string | null
  message: MessageView
  reply: MessageView
  run: number
  revision: number
}
/**
 * A message as all clients see it (docs/api.md, section 6): the one list of its fields, in the order of the wire.
 *
 * `run` and `seq` are the position from which a client follows the answer. `model_used` is empty in a question, and in
 * an answer that no model has begun. `sibling_ids` include its own id, oldest first. `context_dropped` counts the
 * messages of the branch that did not fit into the prompt, `images_dropped` the images of which it had only the names.
 * The URLs of `attachments` are valid after `sign_message`.
 */
export interface MessageView {
  id: string
  role: 'user' | 'assistant'
  content: string
  prompt_tokens: number | null
  completion_tokens: number | null
  model_used: string
  created_at: string
  status: 'pending' | 'streaming' | 'complete' | 'length' | 'filtered' | 'stopped' | 'interrupted' | 'error'
  finish_reason: string | null
  error_code: string | null
  reasoning: string
  run: number
  seq: number
  parent_id: string | null
  sibling_ids: string[]
  context_dropped: number
  images_dropped: number
  attachments: AttachmentView[]
}
/**
 * An attachment (docs/api.md, section 11).
 *
 * `mime`, `bytes`, `width` and `height` describe the file that `url` serves. The URLs are relative, and signed for one
 * session by `sign_attachments`; until then they are empty. A document has no `thumbnail_url`, an image no `text_url`.
 */
export interface AttachmentView {
  id: string
  kind: 'document' | 'image'
  name: string
  mime: string
  bytes: number
  width: number | null
  height: number | null
  pages: number | null
  truncated: boolean
  tokens: number
  description: string
  url: string
  thumbnail_url: string | null
  text_url: string | null
  created_at: string
}
/**
 * Text to append to an answer: its deltas have the numbers `from + 1` to `seq`.
 *
 * `reset`: forget what you have of this answer first.
 */
export interface StreamDelta {
  type: 'chat.stream'
  content: string
  done: false
  message_id: string
  run: number
  seq: number
  from: number
  reset?: true
}
/**
 * Text to append to the reasoning of an answer; numbered as in `chat.stream`.
 */
export interface ReasoningDelta {
  type: 'chat.reasoning'
  content: string
  message_id: string
  run: number
  seq: number
  from: number
  reset?: true
}
/**
 * The terminal frame of a run.
 *
 * `context_dropped` counts the messages that did not fit into the prompt, `images_dropped` the images of which it had
 * only the names.
 */
export interface StreamEnd {
  type: 'chat.stream'
  content: ''
  done: true
  message_id: string
  run: number
  seq: number
  from: number
  status: AnswerStatus
  finish_reason: string | null
  usage: Usage | null
  context_dropped: number
  images_dropped: number
}
/**
 * Tokens of one model call, as the model service counted them.
 */
export interface Usage {
  prompt_tokens: number | null
  completion_tokens: number | null
  cached_tokens: number | null
  reasoning_tokens: number | null
}
/**
 * The terminal frame of a run that failed; `retry_after` is in whole seconds.
 */
export interface FailedEnd {
  type: 'chat.error'
  content: ''
  done: true
  message_id: string
  run: number
  seq: number
  from: number
  status: AnswerStatus
  finish_reason: string | null
  usage: Usage | null
  context_dropped: number
  images_dropped: number
  code: string
  error: string
  retry_after?: number
}
/**
 * The model service is alive, but has sent no token of an answer for `seconds`, a whole number; not numbered.
 */
export interface Waiting {
  type: 'chat.waiting'
  message_id: string
  seconds: number
}
/**
 * Why a command was refused, or why the connection is closed; an answer that is being written continues.
 *
 * `retry_after` is in whole seconds.
 */
export interface ErrorFrame {
  type: 'chat.error'
  code: string
  error: string
  client_id?: string
  retry_after?: number
}
/**
 * The fields of the conversation that were set, perhaps to the same value; with none, only the revision changed.
 */
export interface ConversationUpdated {
  type: 'conversation.updated'
  title?: string
  model?: string
  system_prompt?: string
  temperature?: number
  reasoning_effort?: '' | 'high' | 'low' | 'medium' | 'minimal' | 'none' | 'xhigh'
  leaf_id?: string | null
  is_archived?: boolean
  is_pinned?: boolean
  revision: number
}
/**
 * The conversation has been deleted; the connection closes next.
 */
export interface ConversationDeleted {
  type: 'conversation.deleted'
}
/**
 * Shows that the connection is alive; needs no answer.
 */
export interface ServerPing {
  type: 'ping'
}
/**
 * Answers `ping`.
 */
export interface ServerPong {
  type: 'pong'
}
/**
 * Answers `auth` in the change feed; `active` are the answers being written.
 */
export interface ChangeFeedSuccess {
  type: 'auth.success'
  revision: number
  active: ActiveAnswer[]
  renewed?: true
}
/**
 * An answer that is being written; `conversation_id` is the public id.
 */
export interface ActiveAnswer {
  conversation_id: string
  message_id: string
}
/**
 * A conversation of the user is new, or is back from its deletion.
 */
export interface ListedConversationCreated {
  type: 'conversation.created'
  conversation: ConversationSummary
  revision: number
}
/**
 * A conversation in a list.
 */
export interface ConversationSummary {
  id: string
  title: string
  model: string
  is_archived: boolean
  is_pinned: boolean
  leaf_id: string | null
  revision: number
  created_at: string
  updated_at: string
}
/**
 * A conversation of the user has changed.
 */
export interface ListedConversationUpdated {
  type: 'conversation.updated'
  conversation: ConversationSummary
  revision: number
}
/**
 * A conversation of the user has been deleted.
 */
export interface ListedConversationDeleted {
  type: 'conversation.deleted'
  conversation: ConversationSummary
  revision: number
}
/**
 * A run of an answer has begun; `updated_at` is the conversation's, which orders the list.
 */
export interface AnswerStarted {
  type: 'answer.started'
  conversation_id: string
  message_id: string
  status: AnswerStatus
  updated_at: string
  revision: number
}
/**
 * A run of an answer has ended; `updated_at` is the conversation's, which orders the list.
 */
export interface AnswerEnded {
  type: 'answer.ended'
  conversation_id: string
  message_id: string
  status: AnswerStatus
  updated_at: string
  revision: number
}

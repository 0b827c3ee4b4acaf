/** The shapes of the REST API, as its OpenAPI description gives them. */

export interface User {
  id: string
  email: string
  username: string
  is_admin: boolean
}

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

export interface Conversation extends ConversationSummary {
  system_prompt: string
  temperature: number
}

export interface ConversationPage {
  conversations: ConversationSummary[]
  total: number
  page: number
  page_size: number
  has_more: boolean
}

/** What a new conversation gets; empty: the server's choice. */
export interface ChatDefaults {
  default_model: string
  default_system_prompt: string
}

/** A signed-in device. */
export interface Session {
  id: string
  current: boolean
  last_seen_at: string
  user_agent: string
  address: string
}

/** A message that a search found; where `message_id` is null, the title of a conversation. */
export interface SearchHit {
  conversation: ConversationSummary
  message_id: string | null
  role: 'user' | 'assistant' | null
  created_at: string
  snippet: { text: string; is_match: boolean }[]
}

export interface SearchPage {
  hits: SearchHit[]
  page: number
  page_size: number
  has_more: boolean
}

export interface NewConversation {
  id: string
  model?: string
  system_prompt?: string
  temperature?: number
}

export type ConversationChange = Partial<
  Pick<Conversation, 'title' | 'model' | 'system_prompt' | 'temperature' | 'is_archived' | 'is_pinned'>
>

export type AnswerStatus =
  'pending' | 'streaming' | 'complete' | 'length' | 'filtered' | 'stopped' | 'interrupted' | 'error'

export interface Message {
  id: string
  role: 'user' | 'assistant'
  content: string
  prompt_tokens: number | null
  completion_tokens: number | null
  /** Empty in a question, and in an answer that no model has begun. */
  model_used: string
  created_at: string
  status: AnswerStatus
  finish_reason: string | null
  error_code: string | null
  reasoning: string
  run: number
  seq: number
  parent_id: string | null
  sibling_ids: string[]
  context_dropped: number
}

/** A part of a branch. `offset`: how many messages of the branch are before its first one. */
export interface MessagePage {
  messages: Message[]
  total: number
  offset: number
  page: number | null
  page_size: number
  has_more: boolean
}

export interface Model {
  id: string
  name: string
  /** In tokens. */
  context_window: number
  provider: string
  available: boolean
  /** What is missing where it is not available. */
  missing?: 'service' | 'answer' | 'packages' | null
}

export interface ModelList {
  models: Model[]
  default: string
}

/** The model service in use, and who set it. Of its key at most the end is ever told. */
export interface ModelService {
  source: 'environment' | 'screen' | 'none'
  base_url: string
  has_key: boolean
  key_end: string
  /** The stored key cannot be read any more: the server's secret has changed. */
  is_key_lost: boolean
  changed_at: string | null
}

export interface ModelServiceChange {
  base_url: string
  /** Left out, the stored key stays; empty, there is none. */
  api_key?: string
}

export interface ErrorDetail {
  loc: (string | number)[]
  msg: string
  type: string
}

export interface ErrorBody {
  error: string
  code: string
  detail?: ErrorDetail[]
}

/** Generated from `contract/` by `make contract`: do not edit. */
export type AnySchema =
  | AccountOut
  | string
  | RegisterIn
  | RegistrationOut
  | TokensOut
  | SignInIn
  | RefreshIn
  | MeOut
  | DeletionIn
  | DoneOut
  | LogoutIn
  | SessionOut
  | SessionsOut
  | PasswordChangeIn
  | PasswordResetIn
  | NewKeyOut
  | KeyIn
  | KeyOut
  | KeysOut
  | ConversationQuery
  | number
  | ConversationSummary
  | ConversationsOut
  | ConversationView
  | ConversationIn
  | ConversationPatch
  | boolean
  | LeafIn
  | MessageQuery
  | AttachmentView
  | MessageView
  | MessagesOut
  | ('user' | 'assistant')
  | ('pending' | 'streaming' | 'complete' | 'length' | 'filtered' | 'stopped' | 'interrupted' | 'error')
  | ExportQuery
  | PositionQuery
  | AttachmentQuery
  | AttachmentsOut
  | AttachmentPatch
  | HitQuery
  | SearchHitOut
  | SearchHitsOut
  | SnippetPartOut
  | PreferencesOut
  | PreferencesPatch
  | ModelOut
  | ModelsOut
  | RetiringModelsOut
  | ModelLimitsOut
  | ModelServiceOut
  | ModelLimitsIn
  | ModelServiceIn
  | ModelServicesOut
  | TrialOut
  | LimitsOut
  | HealthOut
  | LivenessOut
  | ReadinessOut
  | ErrorBody
  | ErrorDetail
  | (
      | 'ACCOUNT_LOCKED'
      | 'AI_MODEL_GONE'
      | 'ALREADY_PROCESSING'
      | 'ATTACHMENT_IN_USE'
      | 'ATTACHMENT_TOO_LARGE'
      | 'ATTACHMENT_TYPE'
      | 'ATTACHMENT_UNREADABLE'
      | 'AUTH_FAILED'
      | 'AUTH_REQUIRED'
      | 'AUTH_TIMEOUT'
      | 'BAD_REQUEST'
      | 'CALL_NOT_FOUND'
      | 'CONFLICT'
      | 'EMPTY_CONTENT'
      | 'FORBIDDEN'
      | 'IMAGES_NOT_SUPPORTED'
      | 'INTERNAL_ERROR'
      | 'INVALID_JSON'
      | 'INVALID_MESSAGE'
      | 'INVALID_REQUEST'
      | 'INVITE_INVALID'
      | 'INVITE_REQUIRED'
      | 'LAST_ADMINISTRATOR'
      | 'MESSAGE_TOO_LONG'
      | 'METHOD_NOT_ALLOWED'
      | 'MODEL_NOT_FOUND'
      | 'MODEL_SERVICE_EMPTY'
      | 'MODEL_SERVICE_FAILED'
      | 'MODEL_SERVICE_FIXED'
      | 'MODEL_SERVICE_KEY_NEEDED'
      | 'MODEL_SERVICE_KEY_REFUSED'
      | 'MODEL_SERVICE_NAME_TAKEN'
      | 'MODEL_SERVICE_NO_HOST'
      | 'MODEL_SERVICE_NO_SUCH_MODEL'
      | 'MODEL_SERVICE_PRIVATE'
      | 'MODEL_SERVICE_REFUSED'
      | 'MODEL_SERVICE_RESPONSES_ONLY'
      | 'MODEL_SERVICE_TLS'
      | 'MODEL_SERVICE_UNKNOWN'
      | 'MODEL_SERVICE_UNREACHABLE'
      | 'NOT_FOUND'
      | 'NO_CONVERSATION'
      | 'ORIGIN_NOT_ALLOWED'
      | 'PASSWORD_CHECKS_BUSY'
      | 'PASSWORD_INCORRECT'
      | 'RATE_LIMIT_EXCEEDED'
      | 'REGISTRATION_CLOSED'
      | 'REGISTRATION_FAILED'
      | 'RESET_INVALID'
      | 'SETUP_CODE_INVALID'
      | 'SETUP_CODE_REQUIRED'
      | 'STORAGE_FULL'
      | 'TOO_LARGE'
      | 'TOO_MANY_KEYS'
      | 'TOO_MANY_SOCKETS'
      | 'UNKNOWN_TYPE'
      | 'UNSUPPORTED_MEDIA_TYPE'
      | 'VALIDATION_ERROR'
    )

/**
 * A new account.
 */
export interface AccountOut {
  id: string
  email: string
  username: string
}
/**
 * A new account; `invite` is required if registration needs an invitation, `setup_code` for the first account.
 */
export interface RegisterIn {
  email: string
  username: string
  password: string
  invite?: string | null
  setup_code?: string | null
}
/**
 * Whether this client's account would be the administrator account, and whether that needs the set-up code.
 */
export interface RegistrationOut {
  creates_administrator: boolean
  setup_code_required: boolean
}
/**
 * New tokens; without `refresh` if that is only in the cookie.
 */
export interface TokensOut {
  access: string
  refresh?: string
}
/**
 * User name or email address, and the password.
 */
export interface SignInIn {
  email?: string | null
  username?: string | null
  password: string
}
/**
 * The refresh token, unless it comes as a cookie.
 */
export interface RefreshIn {
  refresh?: string | null
}
/**
 * The signed-in account.
 */
export interface MeOut {
  id: string
  email: string
  username: string
  is_admin: boolean
}
/**
 * The password proves that the user is present, not only the device.
 */
export interface DeletionIn {
  password: string
}
/**
 * Confirmation that the request was carried out.
 */
export interface DoneOut {
  message: string
}
/**
 * The refresh token is optional: the access token already identifies the session.
 */
export interface LogoutIn {
  refresh_token?: string | null
}
/**
 * A signed-in device.
 */
export interface SessionOut {
  id: string
  current: boolean
  administration: boolean
  created_at: string
  last_seen_at: string
  expires_at: string
  user_agent: string
  address: string
}
/**
 * All signed-in devices, most recently seen first.
 */
export interface SessionsOut {
  sessions: SessionOut[]
}
/**
 * The current password proves that the user is present, not only the device.
 */
export interface PasswordChangeIn {
  current: string
  new: string
}
/**
 * The token of a one-time link, and the new password.
 */
export interface PasswordResetIn {
  token: string
  password: string
}
/**
 * A new key. `key` is shown this once.
 */
export interface NewKeyOut {
  id: string
  name: string
  key_end: string
  created_at: string
  expires_at: string | null
  last_used_at: string | null
  key: string
}
/**
 * A new key; `expires_in` is in seconds, and without it the key does not expire.
 */
export interface KeyIn {
  name: string
  expires_in?: number | null
}
/**
 * A key without its text; `key_end` is the key's last four characters. Times that do not apply are null.
 */
export interface KeyOut {
  id: string
  name: string
  key_end: string
  created_at: string
  expires_at: string | null
  last_used_at: string | null
}
/**
 * All keys of the user, newest first.
 */
export interface KeysOut {
  keys: KeyOut[]
}
/**
 * A query of the list of conversations.
 */
export interface ConversationQuery {
  page?: number
  page_size?: number
  include_archived?: boolean
  only_archived?: boolean
  search?: string
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
 * A page of conversations; `total` is exact, but a search counts no more than about 200.
 */
export interface ConversationsOut {
  conversations: ConversationSummary[]
  total: number
  page: number
  page_size: number
  has_more: boolean
}
/**
 * A conversation with everything that its owner can set.
 */
export interface ConversationView {
  id: string
  title: string
  model: string
  is_archived: boolean
  is_pinned: boolean
  leaf_id: string | null
  revision: number
  created_at: string
  updated_at: string
  system_prompt: string
  temperature: number
  reasoning_effort: '' | 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh'
}
/**
 * A new conversation; an absent or null field takes its default.
 */
export interface ConversationIn {
  id?: string | null
  title?: string | null
  model?: string | null
  system_prompt?: string | null
  temperature?: number | null
  reasoning_effort?: ('' | 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh') | null
}
/**
 * A change of at least one field; no field can be null.
 */
export interface ConversationPatch {
  title?: string
  model?: string
  system_prompt?: string
  temperature?: number
  reasoning_effort?: '' | 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh'
  is_archived?: boolean
  is_pinned?: boolean
}
/**
 * A message of the branch to show; any of them will do.
 */
export interface LeafIn {
  message_id: string
}
/**
 * A part of a branch: a page of the current one, messages from an offset, before a message, or around one.
 */
export interface MessageQuery {
  page?: number | null
  offset?: number | null
  page_size?: number
  before?: string | '' | null
  around?: string | null
}
/**
 * An attachment (docs/api.md, section 11).
 *
 * `mime`, `bytes`, `width` and `height` describe the file that `url` serves. The URLs are relative, and signed for one
 * session by `sign_attachments`; until then they are empty. A document has no `thumbnail_url`, an image no `text_url`.
 */
export interface AttachmentView {
  id: string
  kind: 'image' | 'document'
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
 * A part of a branch, oldest first.
 *
 * `total` is the length of the branch, and `offset` the number of its messages before the first one here. `has_more`
 * says whether newer messages follow, or, for `before` and `around`, whether there are older ones. `page` is null
 * unless pages are counted.
 */
export interface MessagesOut {
  messages: MessageView[]
  total: number
  offset: number
  page: number | null
  page_size: number
  has_more: boolean
}
/**
 * The format of an export; `language` applies to the headings in Markdown.
 */
export interface ExportQuery {
  format?: 'markdown' | 'json'
  language?: 'en' | 'zh-TW'
}
/**
 * The position after which an event stream continues: all three parts, or none for the beginning.
 */
export interface PositionQuery {
  message_id?: string | null
  run?: number
  seq?: number
}
/**
 * A page of the attachments of a user.
 */
export interface AttachmentQuery {
  page?: number
  page_size?: number
  order?: 'newest' | 'largest'
}
/**
 * A page of attachments, and how many bytes all of them have in the store.
 *
 * `used` includes the small images and texts made from them, and the attachments of conversations that have just been
 * deleted. `texts` is what the user's conversations and messages count. `limit` is `STORAGE_PER_USER`, null if there
 * is none.
 */
export interface AttachmentsOut {
  attachments: AttachmentView[]
  used: number
  texts: number
  limit: number | null
  total: number
  page: number
  page_size: number
  has_more: boolean
}
/**
 * The description of an attachment.
 */
export interface AttachmentPatch {
  description: string
}
/**
 * A search in all conversations.
 */
export interface HitQuery {
  q: string
  page?: number
  page_size?: number
}
/**
 * A message that was found, or, if `message_id` is null, the title of a conversation.
 *
 * `snippet` is the text around the first match, in pieces.
 */
export interface SearchHitOut {
  conversation: ConversationSummary
  message_id: string | null
  role: ('user' | 'assistant') | null
  created_at: string
  snippet: SnippetPartOut[]
}
/**
 * A piece of a snippet; `is_match` says whether it matches the search.
 */
export interface SnippetPartOut {
  text: string
  is_match: boolean
}
/**
 * A page of search hits: titles, then messages, newest first.
 */
export interface SearchHitsOut {
  hits: SearchHitOut[]
  page: number
  page_size: number
  has_more: boolean
}
/**
 * The user's defaults for new conversations; an empty one stands for the server's default.
 */
export interface PreferencesOut {
  default_model: string
  default_system_prompt: string
}
/**
 * A change of preferences; null or empty stands for the server's default.
 */
export interface PreferencesPatch {
  default_model?: string | null
  default_system_prompt?: string | null
}
/**
 * A model that a user can choose; if it is not available, `why` explains in a sentence what is `missing`.
 *
 * `context_window` and `max_output`, the longest answer if that is known, are in tokens. `efforts` are the values of
 * `reasoning_effort` that the model takes, least first. `vision` says whether the model sees images; it is null if
 * that is not known. `service` is the name of the model service; empty for the built-in model. `shutdown_date` is the
 * day on which the service retires the model; `successor` is the model that it names as a replacement.
 */
export interface ModelOut {
  id: string
  name: string
  context_window: number
  max_output: number | null
  efforts: ('none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh')[]
  provider: string
  service: string
  available: boolean
  missing: ('service' | 'answer' | 'packages' | 'retired' | 'responses_only') | null
  why: string | null
  shutdown_date: string | null
  successor: string | null
  vision: boolean | null
}
/**
 * All models, and the default of new conversations.
 */
export interface ModelsOut {
  models: ModelOut[]
  default: string
}
/**
 * The models in use that their services retire within 30 days, the earliest first.
 */
export interface RetiringModelsOut {
  models: ModelOut[]
}
/**
 * Limits of a model in tokens; for a limit that is null, the service or the catalogue decides.
 */
export interface ModelLimitsOut {
  model: string
  context_window: number | null
  max_output: number | null
}
/**
 * A model service in use and the `source` that set it; `key_end` has at most the key's last four characters.
 *
 * `prefix` is what the ids of its models begin with, before the name; it is empty for the first service.
 */
export interface ModelServiceOut {
  source: 'environment' | 'screen' | 'none'
  id: number
  name: string
  prefix: string
  base_url: string
  has_key: boolean
  key_end: string
  is_key_lost: boolean
  models: string[]
  limits: ModelLimitsOut[]
  changed_at: string | null
}
/**
 * Limits of a model in tokens, which take precedence over the figures of its service and of its name.
 */
export interface ModelLimitsIn {
  model: string
  context_window?: number | null
  max_output?: number | null
}
/**
 * A model service to use; without `api_key`, the stored key is kept; an empty one stands for no key.
 *
 * `models` are the models to offer, for a service that lists none or too many. Without them, `AI_MODELS` decides for
 * the first service, and each other service's own list decides for it. `name` is unique.
 */
export interface ModelServiceIn {
  base_url: string
  api_key?: string | null
  /**
   * @maxItems 100
   */
  models?: string[]
  name?: string
  /**
   * @maxItems 100
   */
  limits?: ModelLimitsIn[]
}
/**
 * The model services in use, in order, and the `source` that set them.
 */
export interface ModelServicesOut {
  source: 'environment' | 'screen' | 'none'
  services: ModelServiceOut[]
}
/**
 * The result of testing a model service: the number of its chat models.
 */
export interface TrialOut {
  models: number
}
/**
 * The limits of this server: lengths in code points, the size of a file in bytes.
 */
export interface LimitsOut {
  message_max: number
  answer_max: number
  title_max: number
  system_prompt_max: number
  search_max: number
  username_min: number
  username_max: number
  password_min: number
  password_max: number
  attachment_max_bytes: number
  attachments_per_message: number
  description_max: number
}
/**
 * Health: `status` is `healthy` or `unhealthy`; each part is `ok`, `error` or, if it is not configured, `off`.
 */
export interface HealthOut {
  status: string
  database: string
  redis: string
  version: string
}
/**
 * Liveness: `status` is `alive`.
 */
export interface LivenessOut {
  status: string
}
/**
 * Readiness: `status` is `ready` or `not ready`; each part is `ok`, `error` or, if it is not configured, `off`.
 */
export interface ReadinessOut {
  status: string
  database: string
  migrations: string
  redis: string
}
/**
 * The body of every failure: a sentence for users and a code for programs.
 *
 * A client treats an unknown code by its HTTP status. `detail` comes with `VALIDATION_ERROR`, `limit` with
 * `ATTACHMENT_TOO_LARGE`.
 */
export interface ErrorBody {
  error: string
  code:
    | (
        | 'ACCOUNT_LOCKED'
        | 'AI_MODEL_GONE'
        | 'ALREADY_PROCESSING'
        | 'ATTACHMENT_IN_USE'
        | 'ATTACHMENT_TOO_LARGE'
        | 'ATTACHMENT_TYPE'
        | 'ATTACHMENT_UNREADABLE'
        | 'AUTH_FAILED'
        | 'AUTH_REQUIRED'
        | 'AUTH_TIMEOUT'
        | 'BAD_REQUEST'
        | 'CALL_NOT_FOUND'
        | 'CONFLICT'
        | 'EMPTY_CONTENT'
        | 'FORBIDDEN'
        | 'IMAGES_NOT_SUPPORTED'
        | 'INTERNAL_ERROR'
        | 'INVALID_JSON'
        | 'INVALID_MESSAGE'
        | 'INVALID_REQUEST'
        | 'INVITE_INVALID'
        | 'INVITE_REQUIRED'
        | 'LAST_ADMINISTRATOR'
        | 'MESSAGE_TOO_LONG'
        | 'METHOD_NOT_ALLOWED'
        | 'MODEL_NOT_FOUND'
        | 'MODEL_SERVICE_EMPTY'
        | 'MODEL_SERVICE_FAILED'
        | 'MODEL_SERVICE_FIXED'
        | 'MODEL_SERVICE_KEY_NEEDED'
        | 'MODEL_SERVICE_KEY_REFUSED'
        | 'MODEL_SERVICE_NAME_TAKEN'
        | 'MODEL_SERVICE_NO_HOST'
        | 'MODEL_SERVICE_NO_SUCH_MODEL'
        | 'MODEL_SERVICE_PRIVATE'
        | 'MODEL_SERVICE_REFUSED'
        | 'MODEL_SERVICE_RESPONSES_ONLY'
        | 'MODEL_SERVICE_TLS'
        | 'MODEL_SERVICE_UNKNOWN'
        | 'MODEL_SERVICE_UNREACHABLE'
        | 'NOT_FOUND'
        | 'NO_CONVERSATION'
        | 'ORIGIN_NOT_ALLOWED'
        | 'PASSWORD_CHECKS_BUSY'
        | 'PASSWORD_INCORRECT'
        | 'RATE_LIMIT_EXCEEDED'
        | 'REGISTRATION_CLOSED'
        | 'REGISTRATION_FAILED'
        | 'RESET_INVALID'
        | 'SETUP_CODE_INVALID'
        | 'SETUP_CODE_REQUIRED'
        | 'STORAGE_FULL'
        | 'TOO_LARGE'
        | 'TOO_MANY_KEYS'
        | 'TOO_MANY_SOCKETS'
        | 'UNKNOWN_TYPE'
        | 'UNSUPPORTED_MEDIA_TYPE'
        | 'VALIDATION_ERROR'
      )
    | string
  detail?: ErrorDetail[]
  limit?: number
}
/**
 * One invalid value: where it is and what is wrong, for users and for programs.
 */
export interface ErrorDetail {
  loc: (string | number)[]
  msg: string
  type: string
}

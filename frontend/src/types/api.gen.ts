/** Generated from `contract/` by `make contract`: do not edit. */
export interface paths {
  '/api/auth/register': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Register
     * @description Create an account, as the server's `REGISTRATION` allows.
     */
    post: operations['register']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/auth/registration': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Show Registration
     * @description Return whether this client's account would become the administrator account, and need the set-up code.
     */
    get: operations['show_registration']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/auth/token/pair': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Create Tokens
     * @description Sign in. The refresh token comes as a cookie and, without the header `X-Client: web`, in the body too.
     */
    post: operations['create_tokens']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/auth/token/refresh': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Refresh Tokens
     * @description Exchange a refresh token for new tokens; the new one goes where the old one came from, the body or the cookie.
     *
     *     Without a token, a request with the header `X-Client: web` is answered 204: the browser has no session.
     */
    post: operations['refresh_tokens']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/auth/me': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Show Me
     * @description Return the signed-in account.
     */
    get: operations['show_me']
    put?: never
    post?: never
    /**
     * Delete Me
     * @description Delete the account with everything that belongs to it; answers stop, sockets close.
     */
    delete: operations['delete_me']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/auth/logout': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Log Out
     * @description End this session and those in the administration: its tokens are refused from now on, its sockets close.
     */
    post: operations['log_out']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/auth/sessions/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List Sessions
     * @description List the signed-in devices.
     */
    get: operations['list_sessions']
    put?: never
    post?: never
    /**
     * End Other Sessions
     * @description Sign out all other devices.
     */
    delete: operations['end_other_sessions']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/auth/sessions/{session_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * End Session
     * @description Sign out one device, which may be this one.
     */
    delete: operations['end_session']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/auth/password': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Change Password
     * @description Set a new password; all other devices are signed out.
     */
    post: operations['change_password']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/auth/password-reset': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Reset Password
     * @description Set a new password by a one-time link; all devices are signed out.
     */
    post: operations['reset_password']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/keys/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List Own Keys
     * @description List the personal keys, with their last use (to the minute).
     */
    get: operations['list_own_keys']
    put?: never
    /**
     * Create Key
     * @description Make a personal key, and show it this once.
     */
    post: operations['create_key']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/keys/{key_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Delete Key
     * @description Delete a personal key: every worker refuses it from now on, and its running calls end.
     */
    delete: operations['delete_key']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/conversations/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List Conversations
     * @description List conversations: pinned ones first, then the newest activity.
     */
    get: operations['list_conversations']
    put?: never
    /**
     * Create Conversation
     * @description Create a conversation; a repeat with the same `id` returns the existing one.
     */
    post: operations['create_conversation']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/conversations/{conversation_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Show Conversation
     * @description Show one conversation.
     */
    get: operations['show_conversation']
    put?: never
    post?: never
    /**
     * Delete Conversation
     * @description Delete a conversation, and stop an answer that is being written.
     */
    delete: operations['delete_conversation']
    options?: never
    head?: never
    /**
     * Update Conversation
     * @description Change fields of a conversation; open connections receive the change, and the next turn uses it.
     */
    patch: operations['update_conversation']
    trace?: never
  }
  '/api/conversations/{conversation_id}/restore': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Restore Conversation
     * @description Restore a conversation within 30 seconds of its deletion.
     */
    post: operations['restore_conversation']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/conversations/{conversation_id}/leaf': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Show Branch
     * @description Show the branch through a message, to its newest leaf; refused while an answer is being written.
     */
    put: operations['show_branch']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/conversations/{conversation_id}/messages': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List Messages
     * @description List a page of the current branch, messages after an offset, before one (empty: the end), or around one.
     */
    get: operations['list_messages']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/conversations/{conversation_id}/messages/{message_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Delete Message
     * @description Delete a message and its descendants; refused while an answer is being written.
     */
    delete: operations['delete_message']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/conversations/{conversation_id}/export': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Export Conversation
     * @description Export a conversation as a file: its current branch as Markdown, or all branches as JSON.
     */
    get: operations['export_conversation']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/conversations/{conversation_id}/commands': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Carry Out Command
     * @description Perform one command of the chat socket, and respond with the frame that a socket would send.
     */
    post: operations['carry_out_command']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/conversations/{conversation_id}/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Stream Events
     * @description Stream the frames of the chat socket as server-sent events, from a position on.
     */
    get: operations['stream_events']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Stream Changes
     * @description Stream the frames of `/ws/events/` as server-sent events.
     */
    get: operations['stream_changes']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/attachments/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List Attachments
     * @description List the user's attachments, and the space they use.
     */
    get: operations['list_attachments']
    put?: never
    /**
     * Upload Attachment
     * @description Store a file; a repeat with the same `id` returns the existing one.
     */
    post: operations['upload_attachment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/attachments/{attachment_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Show Attachment
     * @description Show one attachment, with newly signed URLs.
     */
    get: operations['show_attachment']
    put?: never
    post?: never
    /**
     * Delete Attachment
     * @description Delete an attachment that no message uses.
     */
    delete: operations['delete_attachment']
    options?: never
    head?: never
    /**
     * Describe Attachment
     * @description Set the description of an attachment.
     */
    patch: operations['describe_attachment']
    trace?: never
  }
  '/api/attachments/{attachment_id}/image': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Read Image
     * @description Read an image; the URL is signed (`url`).
     */
    get: operations['read_image']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/attachments/{attachment_id}/thumbnail': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Read Thumbnail
     * @description Read the thumbnail of an image; the URL is signed (`thumbnail_url`).
     */
    get: operations['read_thumbnail']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/attachments/{attachment_id}/original': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Read Original
     * @description Download a document as it was uploaded; the URL is signed (`url`).
     */
    get: operations['read_original']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/attachments/{attachment_id}/text': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Read Text
     * @description Read the part of a document's text that the model gets; the URL is signed (`text_url`).
     */
    get: operations['read_text']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/search': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Search
     * @description Search titles and messages, including archived conversations; a blank search finds nothing.
     */
    get: operations['search']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/export': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Export All
     * @description Export all conversations, including archived ones, as one JSON file.
     */
    get: operations['export_all']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/preferences': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Show Preferences
     * @description Show the user's defaults for new conversations.
     */
    get: operations['show_preferences']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    /**
     * Update Preferences
     * @description Change the user's defaults for new conversations; existing conversations keep their fields.
     */
    patch: operations['update_preferences']
    trace?: never
  }
  '/api/models': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List Models
     * @description List the models that a user can choose, and the default of new conversations.
     */
    get: operations['list_models']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/models/ending': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List Retiring Models
     * @description List the models in use that their services retire within 30 days, to administrators only.
     */
    get: operations['list_retiring_models']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/models/service': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Show Model Service
     * @description Show the model service in use, to administrators only.
     */
    get: operations['show_model_service']
    /**
     * Set Model Service
     * @description Set the first model service; it is stored only if a test call succeeds.
     */
    put: operations['set_model_service']
    post?: never
    /**
     * Remove Model Service
     * @description Remove the first model service and its key.
     */
    delete: operations['remove_model_service']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/models/services': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * List Model Services
     * @description List the model services in use, to administrators only.
     */
    get: operations['list_model_services']
    put?: never
    /**
     * Add Model Service
     * @description Add another model service; it is stored only if a test call succeeds.
     */
    post: operations['add_model_service']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/models/services/{service_id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Change Model Service
     * @description Set one of the model services; it is stored only if a test call succeeds.
     */
    put: operations['change_model_service']
    post?: never
    /**
     * Remove One Model Service
     * @description Remove one of the model services and its key.
     */
    delete: operations['remove_one_model_service']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/models/services/{service_id}/test': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Test Model Service
     * @description Test one of the model services with one call.
     */
    post: operations['test_model_service']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/limits': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Show Limits
     * @description Show the limits of this server; `MAX_MESSAGE_LENGTH` and `MAX_ANSWER_LENGTH` set two of them.
     */
    get: operations['show_limits']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/health/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Show Health
     * @description Report whether the stores answer.
     */
    get: operations['show_health']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/health/live': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Show Liveness
     * @description Report that this process answers.
     */
    get: operations['show_liveness']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/health/ready': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Show Readiness
     * @description Report whether requests can be served: the stores answer, and all migrations are applied.
     */
    get: operations['show_readiness']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    /**
     * AccountOut
     * @description A new account.
     */
    AccountOut: {
      /**
       * Id
       * Format: uuid
       */
      id: string
      /** Email */
      email: string
      /** Username */
      username: string
    }
    Compared: components['schemas']['Text']
    Email: string
    NewPassword: components['schemas']['Text']
    /**
     * RegisterIn
     * @description A new account; `invite` is required if registration needs an invitation, `setup_code` for the first account.
     */
    RegisterIn: {
      email: components['schemas']['Email']
      username: components['schemas']['Username']
      password: components['schemas']['NewPassword']
      invite?: components['schemas']['Compared'] | null
      setup_code?: components['schemas']['Compared'] | null
    }
    Text: string
    Username: string
    /**
     * RegistrationOut
     * @description Whether this client's account would be the administrator account, and whether that needs the set-up code.
     */
    RegistrationOut: {
      /** Creates Administrator */
      creates_administrator: boolean
      /** Setup Code Required */
      setup_code_required: boolean
    }
    /**
     * TokensOut
     * @description New tokens; without `refresh` if that is only in the cookie.
     */
    TokensOut: {
      /** Access */
      access: string
      /** Refresh */
      refresh?: string
    }
    /**
     * SignInIn
     * @description User name or email address, and the password.
     */
    SignInIn: {
      email?: components['schemas']['Compared'] | null
      username?: components['schemas']['Compared'] | null
      password: components['schemas']['Compared']
    }
    /**
     * RefreshIn
     * @description The refresh token, unless it comes as a cookie.
     */
    RefreshIn: {
      refresh?: components['schemas']['Compared'] | null
    }
    /**
     * MeOut
     * @description The signed-in account.
     */
    MeOut: {
      /**
       * Id
       * Format: uuid
       */
      id: string
      /** Email */
      email: string
      /** Username */
      username: string
      /** Is Admin */
      is_admin: boolean
    }
    /**
     * DeletionIn
     * @description The password proves that the user is present, not only the device.
     */
    DeletionIn: {
      password: components['schemas']['Compared']
    }
    /**
     * DoneOut
     * @description Confirmation that the request was carried out.
     */
    DoneOut: {
      /** Message */
      message: string
    }
    /**
     * LogoutIn
     * @description The refresh token is optional: the access token already identifies the session.
     */
    LogoutIn: {
      refresh_token?: components['schemas']['Compared'] | null
    }
    Moment: components['schemas']['MomentText']
    /** Format: date-time */
    MomentText: string
    /**
     * SessionOut
     * @description A signed-in device.
     */
    SessionOut: {
      /**
       * Id
       * Format: uuid
       */
      id: string
      /** Current */
      current: boolean
      /** Administration */
      administration: boolean
      created_at: components['schemas']['Moment']
      last_seen_at: components['schemas']['Moment']
      expires_at: components['schemas']['Moment']
      /** User Agent */
      user_agent: string
      /** Address */
      address: string
    }
    /**
     * SessionsOut
     * @description All signed-in devices, most recently seen first.
     */
    SessionsOut: {
      /** Sessions */
      sessions: components['schemas']['SessionOut'][]
    }
    /**
     * PasswordChangeIn
     * @description The current password proves that the user is present, not only the device.
     */
    PasswordChangeIn: {
      current: components['schemas']['Compared']
      new: components['schemas']['NewPassword']
    }
    /**
     * PasswordResetIn
     * @description The token of a one-time link, and the new password.
     */
    PasswordResetIn: {
      token: components['schemas']['Compared']
      password: components['schemas']['NewPassword']
    }
    /**
     * NewKeyOut
     * @description A new key. `key` is shown this once.
     */
    NewKeyOut: {
      /**
       * Id
       * Format: uuid
       */
      id: string
      /** Name */
      name: string
      /** Key End */
      key_end: string
      created_at: components['schemas']['Moment']
      expires_at: components['schemas']['Moment'] | null
      last_used_at: components['schemas']['Moment'] | null
      /** Key */
      key: string
    }
    /**
     * KeyIn
     * @description A new key; `expires_in` is in seconds, and without it the key does not expire.
     */
    KeyIn: {
      name: components['schemas']['Text']
      /** Expires In */
      expires_in?: number | null
    }
    /**
     * KeyOut
     * @description A key without its text; `key_end` is the key's last four characters. Times that do not apply are null.
     */
    KeyOut: {
      /**
       * Id
       * Format: uuid
       */
      id: string
      /** Name */
      name: string
      /** Key End */
      key_end: string
      created_at: components['schemas']['Moment']
      expires_at: components['schemas']['Moment'] | null
      last_used_at: components['schemas']['Moment'] | null
    }
    /**
     * KeysOut
     * @description All keys of the user, newest first.
     */
    KeysOut: {
      /** Keys */
      keys: components['schemas']['KeyOut'][]
    }
    /**
     * ConversationQuery
     * @description A query of the list of conversations.
     */
    ConversationQuery: {
      /** @default 1 */
      page?: number
      /** @default 20 */
      page_size?: number
      /**
       * Include Archived
       * @default false
       */
      include_archived?: boolean
      /**
       * Only Archived
       * @default false
       */
      only_archived?: boolean
      /** @default  */
      search?: string
    }
    PageNumber: number
    PageSize: number
    /**
     * ConversationSummary
     * @description A conversation in a list.
     */
    ConversationSummary: {
      /**
       * Id
       * Format: uuid
       */
      id: string
      /** Title */
      title: string
      /** Model */
      model: string
      /** Is Archived */
      is_archived: boolean
      /** Is Pinned */
      is_pinned: boolean
      /** Leaf Id */
      leaf_id: string | null
      /** Revision */
      revision: number
      created_at: components['schemas']['MomentText']
      updated_at: components['schemas']['MomentText']
    }
    /**
     * ConversationsOut
     * @description A page of conversations; `total` is exact, but a search counts no more than about 200.
     */
    ConversationsOut: {
      /** Conversations */
      conversations: components['schemas']['ConversationSummary'][]
      /** Total */
      total: number
      /** Page */
      page: number
      /** Page Size */
      page_size: number
      /** Has More */
      has_more: boolean
    }
    /**
     * ConversationView
     * @description A conversation with everything that its owner can set.
     */
    ConversationView: {
      /**
       * Id
       * Format: uuid
       */
      id: string
      /** Title */
      title: string
      /** Model */
      model: string
      /** Is Archived */
      is_archived: boolean
      /** Is Pinned */
      is_pinned: boolean
      /** Leaf Id */
      leaf_id: string | null
      /** Revision */
      revision: number
      created_at: components['schemas']['MomentText']
      updated_at: components['schemas']['MomentText']
      /** System Prompt */
      system_prompt: string
      /** Temperature */
      temperature: number
      /**
       * Reasoning Effort
       * @enum {string}
       */
      reasoning_effort: '' | 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh'
    }
    /**
     * ConversationIn
     * @description A new conversation; an absent or null field takes its default.
     */
    ConversationIn: {
      /** Id */
      id?: string | null
      title?: components['schemas']['Title'] | null
      model?: components['schemas']['ModelId'] | null
      system_prompt?: components['schemas']['SystemPrompt'] | null
      temperature?: components['schemas']['Temperature'] | null
      /** Reasoning Effort */
      reasoning_effort?: ('' | 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh') | null
    }
    ModelId: components['schemas']['Text']
    SystemPrompt: components['schemas']['Text']
    Temperature: number
    Title: components['schemas']['Text']
    /**
     * ConversationPatch
     * @description A change of at least one field; no field can be null.
     */
    ConversationPatch: {
      /** Title */
      title?: components['schemas']['Title']
      /** Model */
      model?: components['schemas']['ModelId']
      /** System Prompt */
      system_prompt?: components['schemas']['SystemPrompt']
      /** Temperature */
      temperature?: components['schemas']['Temperature']
      /**
       * Reasoning Effort
       * @enum {string}
       */
      reasoning_effort?: '' | 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh'
      /** Is Archived */
      is_archived?: components['schemas']['Switch']
      /** Is Pinned */
      is_pinned?: components['schemas']['Switch']
    }
    Switch: boolean
    /**
     * LeafIn
     * @description A message of the branch to show; any of them will do.
     */
    LeafIn: {
      /**
       * Message Id
       * Format: uuid
       */
      message_id: string
    }
    /**
     * MessageQuery
     * @description A part of a branch: a page of the current one, messages from an offset, before a message, or around one.
     */
    MessageQuery: {
      page?: components['schemas']['PageNumber'] | null
      offset?: components['schemas']['Offset'] | null
      /** @default 50 */
      page_size?: number
      /** Before */
      before?: string | '' | null
      /** Around */
      around?: string | null
    }
    Offset: number
    /**
     * AttachmentView
     * @description An attachment (docs/api.md, section 11).
     *
     *     `mime`, `bytes`, `width` and `height` describe the file that `url` serves. The URLs are relative, and signed for one
     *     session by `sign_attachments`; until then they are empty. A document has no `thumbnail_url`, an image no `text_url`.
     */
    AttachmentView: {
      /**
       * Id
       * Format: uuid
       */
      id: string
      /**
       * Kind
       * @enum {string}
       */
      kind: 'image' | 'document'
      /** Name */
      name: string
      /** Mime */
      mime: string
      /** Bytes */
      bytes: number
      /** Width */
      width: number | null
      /** Height */
      height: number | null
      /** Pages */
      pages: number | null
      /** Truncated */
      truncated: boolean
      /** Tokens */
      tokens: number
      /** Description */
      description: string
      /** Url */
      url: string
      /** Thumbnail Url */
      thumbnail_url: string | null
      /** Text Url */
      text_url: string | null
      created_at: components['schemas']['MomentText']
    }
    /**
     * MessageView
     * @description A message as all clients see it (docs/api.md, section 6): the one list of its fields, in the order of the wire.
     *
     *     `run` and `seq` are the position from which a client follows the answer. `model_used` is empty in a question, and in
     *     an answer that no model has begun. `sibling_ids` include its own id, oldest first. `context_dropped` counts the
     *     messages of the branch that did not fit into the prompt, `images_dropped` the images of which it had only the names.
     *     The URLs of `attachments` are valid after `sign_message`.
     */
    MessageView: {
      /**
       * Id
       * Format: uuid
       */
      id: string
      role: components['schemas']['RoleText']
      /** Content */
      content: string
      /** Prompt Tokens */
      prompt_tokens: number | null
      /** Completion Tokens */
      completion_tokens: number | null
      /** Model Used */
      model_used: string
      created_at: components['schemas']['MomentText']
      status: components['schemas']['StatusText']
      /** Finish Reason */
      finish_reason: string | null
      /** Error Code */
      error_code: string | null
      /** Reasoning */
      reasoning: string
      /** Run */
      run: number
      /** Seq */
      seq: number
      /** Parent Id */
      parent_id: string | null
      /** Sibling Ids */
      sibling_ids: string[]
      /** Context Dropped */
      context_dropped: number
      /** Images Dropped */
      images_dropped: number
      /** Attachments */
      attachments: components['schemas']['AttachmentView'][]
    }
    /**
     * MessagesOut
     * @description A part of a branch, oldest first.
     *
     *     `total` is the length of the branch, and `offset` the number of its messages before the first one here. `has_more`
     *     says whether newer messages follow, or, for `before` and `around`, whether there are older ones. `page` is null
     *     unless pages are counted.
     */
    MessagesOut: {
      /** Messages */
      messages: components['schemas']['MessageView'][]
      /** Total */
      total: number
      /** Offset */
      offset: number
      /** Page */
      page: number | null
      /** Page Size */
      page_size: number
      /** Has More */
      has_more: boolean
    }
    /** @enum {string} */
    RoleText: 'user' | 'assistant'
    /** @enum {string} */
    StatusText:
      'pending' | 'streaming' | 'complete' | 'length' | 'filtered' | 'stopped' | 'interrupted' | 'error'
    /**
     * ExportQuery
     * @description The format of an export; `language` is that of the headings in Markdown.
     */
    ExportQuery: {
      /**
       * Format
       * @default markdown
       * @enum {string}
       */
      format?: 'markdown' | 'json'
      /**
       * Language
       * @default en
       * @enum {string}
       */
      language?: 'en' | 'zh-TW'
    }
    /**
     * PositionQuery
     * @description The position after which an event stream continues: all three parts, or none for the beginning.
     */
    PositionQuery: {
      /** Message Id */
      message_id?: string | null
      /**
       * Run
       * @default 0
       */
      run?: number
      /**
       * Seq
       * @default 0
       */
      seq?: number
    }
    /**
     * AttachmentQuery
     * @description A page of the attachments of a user.
     */
    AttachmentQuery: {
      /** @default 1 */
      page?: number
      /** @default 50 */
      page_size?: number
      /**
       * Order
       * @default newest
       * @enum {string}
       */
      order?: 'newest' | 'largest'
    }
    /**
     * AttachmentsOut
     * @description A page of attachments, and how many bytes all of them have in the store.
     *
     *     `used` includes the small images and texts made from them, and the attachments of conversations that have just been
     *     deleted. `texts` is what the user's conversations and messages count. `limit` is `STORAGE_PER_USER`, null if there
     *     is none.
     */
    AttachmentsOut: {
      /** Attachments */
      attachments: components['schemas']['AttachmentView'][]
      /** Used */
      used: number
      /** Texts */
      texts: number
      /** Limit */
      limit: number | null
      /** Total */
      total: number
      /** Page */
      page: number
      /** Page Size */
      page_size: number
      /** Has More */
      has_more: boolean
    }
    /**
     * AttachmentPatch
     * @description The description of an attachment.
     */
    AttachmentPatch: {
      description: components['schemas']['Description']
    }
    Description: components['schemas']['Text']
    /**
     * HitQuery
     * @description A search in all conversations.
     */
    HitQuery: {
      q: components['schemas']['Text']
      /** @default 1 */
      page?: number
      /** @default 20 */
      page_size?: number
    }
    /**
     * SearchHitOut
     * @description A message that was found, or, if `message_id` is null, the title of a conversation.
     *
     *     `snippet` is the text around the first match, in pieces.
     */
    SearchHitOut: {
      conversation: components['schemas']['ConversationSummary']
      /** Message Id */
      message_id: string | null
      role: components['schemas']['RoleText'] | null
      created_at: components['schemas']['Moment']
      /** Snippet */
      snippet: components['schemas']['SnippetPartOut'][]
    }
    /**
     * SearchHitsOut
     * @description A page of search hits: titles, then messages, newest first.
     */
    SearchHitsOut: {
      /** Hits */
      hits: components['schemas']['SearchHitOut'][]
      /** Page */
      page: number
      /** Page Size */
      page_size: number
      /** Has More */
      has_more: boolean
    }
    /**
     * SnippetPartOut
     * @description A piece of a snippet; `is_match` says whether it matches the search.
     */
    SnippetPartOut: {
      /** Text */
      text: string
      /** Is Match */
      is_match: boolean
    }
    /**
     * PreferencesOut
     * @description The user's defaults for new conversations; an empty one stands for the server's default.
     */
    PreferencesOut: {
      /** Default Model */
      default_model: string
      /** Default System Prompt */
      default_system_prompt: string
    }
    /**
     * PreferencesPatch
     * @description A change of preferences; null or empty stands for the server's default.
     */
    PreferencesPatch: {
      default_model?: components['schemas']['Text'] | null
      default_system_prompt?: components['schemas']['SystemPrompt'] | null
    }
    /**
     * ModelOut
     * @description A model that a user can choose; if it is not available, `why` explains in a sentence what is `missing`.
     *
     *     `context_window` and `max_output`, the longest answer if that is known, are in tokens. `efforts` are the values of
     *     `reasoning_effort` that the model takes, least first. `vision` says whether the model sees images; it is null if
     *     that is not known. `service` is the name of the model service; empty for the built-in model. `shutdown_date` is the
     *     day on which the service retires the model; `successor` is the model that it names as a replacement.
     */
    ModelOut: {
      /** Id */
      id: string
      /** Name */
      name: string
      /** Context Window */
      context_window: number
      /** Max Output */
      max_output: number | null
      /** Efforts */
      efforts: ('none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh')[]
      /** Provider */
      provider: string
      /** Service */
      service: string
      /** Available */
      available: boolean
      /** Missing */
      missing: ('service' | 'answer' | 'packages' | 'retired' | 'responses_only') | null
      /** Why */
      why: string | null
      /** Shutdown Date */
      shutdown_date: string | null
      /** Successor */
      successor: string | null
      /** Vision */
      vision: boolean | null
    }
    /**
     * ModelsOut
     * @description All models, and the default of new conversations.
     */
    ModelsOut: {
      /** Models */
      models: components['schemas']['ModelOut'][]
      /** Default */
      default: string
    }
    /**
     * RetiringModelsOut
     * @description The models in use that their services retire within 30 days, the earliest first.
     */
    RetiringModelsOut: {
      /** Models */
      models: components['schemas']['ModelOut'][]
    }
    /**
     * ModelLimitsOut
     * @description Limits of a model in tokens; for a limit that is null, the service or the catalogue decides.
     */
    ModelLimitsOut: {
      /** Model */
      model: string
      /** Context Window */
      context_window: number | null
      /** Max Output */
      max_output: number | null
    }
    /**
     * ModelServiceOut
     * @description A model service in use and the `source` that set it; `key_end` has at most the key's last four characters.
     *
     *     `prefix` is what the ids of its models begin with, before the name; it is empty for the first service.
     */
    ModelServiceOut: {
      /**
       * Source
       * @enum {string}
       */
      source: 'environment' | 'screen' | 'none'
      /** Id */
      id: number
      /** Name */
      name: string
      /** Prefix */
      prefix: string
      /** Base Url */
      base_url: string
      /** Has Key */
      has_key: boolean
      /** Key End */
      key_end: string
      /** Is Key Lost */
      is_key_lost: boolean
      /** Models */
      models: string[]
      /** Limits */
      limits: components['schemas']['ModelLimitsOut'][]
      changed_at: components['schemas']['Moment'] | null
    }
    ApiKey: string
    /**
     * ModelLimitsIn
     * @description Limits of a model in tokens, which take precedence over the figures of its service and of the catalogue.
     */
    ModelLimitsIn: {
      model: components['schemas']['ModelId']
      context_window?: components['schemas']['TokenLimit'] | null
      max_output?: components['schemas']['TokenLimit'] | null
    }
    /**
     * ModelServiceIn
     * @description A model service to use; without `api_key`, the stored key is kept; an empty one stands for no key.
     *
     *     `models` are the models to offer, for a service that lists none or too many. Without them, `AI_MODELS` decides for
     *     the first service, and each other service's own list decides for it. `name` is unique.
     */
    ModelServiceIn: {
      base_url: components['schemas']['Text']
      api_key?: components['schemas']['ApiKey'] | null
      /**
       * Models
       * @default []
       */
      models?: components['schemas']['ModelId'][]
      /**
       * Name
       * @default
       */
      name?: components['schemas']['Text']
      /**
       * Limits
       * @default []
       */
      limits?: components['schemas']['ModelLimitsIn'][]
    }
    TokenLimit: number
    /**
     * ModelServicesOut
     * @description The model services in use, in order, and the `source` that set them.
     */
    ModelServicesOut: {
      /**
       * Source
       * @enum {string}
       */
      source: 'environment' | 'screen' | 'none'
      /** Services */
      services: components['schemas']['ModelServiceOut'][]
    }
    ServiceId: number
    /**
     * TrialOut
     * @description The result of testing a model service: the number of its chat models.
     */
    TrialOut: {
      /** Models */
      models: number
    }
    /**
     * LimitsOut
     * @description The limits of this server: lengths in code points, the size of a file in bytes.
     */
    LimitsOut: {
      /** Message Max */
      message_max: number
      /** Answer Max */
      answer_max: number
      /** Title Max */
      title_max: number
      /** System Prompt Max */
      system_prompt_max: number
      /** Search Max */
      search_max: number
      /** Username Min */
      username_min: number
      /** Username Max */
      username_max: number
      /** Password Min */
      password_min: number
      /** Password Max */
      password_max: number
      /** Attachment Max Bytes */
      attachment_max_bytes: number
      /** Attachments Per Message */
      attachments_per_message: number
      /** Description Max */
      description_max: number
    }
    /**
     * HealthOut
     * @description Health: `status` is `healthy` or `unhealthy`; each part is `ok`, `error` or, if it is not configured, `off`.
     */
    HealthOut: {
      /** Status */
      status: string
      /** Database */
      database: string
      /** Redis */
      redis: string
      /** Version */
      version: string
    }
    /**
     * LivenessOut
     * @description Liveness: `status` is `alive`.
     */
    LivenessOut: {
      /** Status */
      status: string
    }
    /**
     * ReadinessOut
     * @description Readiness: `status` is `ready` or `not ready`; each part is `ok`, `error` or, if it is not configured, `off`.
     */
    ReadinessOut: {
      /** Status */
      status: string
      /** Database */
      database: string
      /** Migrations */
      migrations: string
      /** Redis */
      redis: string
    }
    /**
     * ErrorBody
     * @description The body of every failure: a sentence for users and a code for programs.
     *
     *     A client treats an unknown code by its HTTP status. `detail` comes with `VALIDATION_ERROR`, `limit` with
     *     `ATTACHMENT_TOO_LARGE`.
     */
    ErrorBody: {
      /** Error */
      error: string
      /** Code */
      code: components['schemas']['ErrorCode'] | string
      /** Detail */
      detail?: components['schemas']['ErrorDetail'][]
      /** Limit */
      limit?: number
    }
    /**
     * ErrorDetail
     * @description One invalid value: where it is and what is wrong, for users and for programs.
     */
    ErrorDetail: {
      /** Loc */
      loc: (string | number)[]
      /** Msg */
      msg: string
      /** Type */
      type: string
    }
    /** @enum {string} */
    ErrorCode:
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
  }
  responses: {
    /** @description A failure. 401 has `WWW-Authenticate`; 429 has `Retry-After` in seconds. */
    Failure: {
      headers: {
        'Retry-After'?: number
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['ErrorBody']
      }
    }
  }
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  register: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['RegisterIn']
      }
    }
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AccountOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  show_registration: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RegistrationOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  create_tokens: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SignInIn']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['TokensOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  refresh_tokens: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['RefreshIn'] | null
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['TokensOut']
        }
      }
      /** @description No Content */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: components['responses']['Failure']
    }
  }
  show_me: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['MeOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  delete_me: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeletionIn']
      }
    }
    responses: {
      /** @description No Content */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: components['responses']['Failure']
    }
  }
  log_out: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['LogoutIn'] | null
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DoneOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  list_sessions: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SessionsOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  end_other_sessions: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: components['responses']['Failure']
    }
  }
  end_session: {
    parameters: {
      query?: never
      header?: never
      path: {
        session_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: components['responses']['Failure']
    }
  }
  change_password: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['PasswordChangeIn']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DoneOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  reset_password: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['PasswordResetIn']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DoneOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  list_own_keys: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['KeysOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  create_key: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['KeyIn']
      }
    }
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NewKeyOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  delete_key: {
    parameters: {
      query?: never
      header?: never
      path: {
        key_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: components['responses']['Failure']
    }
  }
  list_conversations: {
    parameters: {
      query: {
        '': string
        include_archived?: boolean
        only_archived?: boolean
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConversationsOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  create_conversation: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ConversationIn']
      }
    }
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConversationView']
        }
      }
      default: components['responses']['Failure']
    }
  }
  show_conversation: {
    parameters: {
      query?: never
      header?: never
      path: {
        conversation_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConversationView']
        }
      }
      default: components['responses']['Failure']
    }
  }
  delete_conversation: {
    parameters: {
      query?: never
      header?: never
      path: {
        conversation_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: components['responses']['Failure']
    }
  }
  update_conversation: {
    parameters: {
      query?: never
      header?: never
      path: {
        conversation_id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ConversationPatch']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConversationView']
        }
      }
      default: components['responses']['Failure']
    }
  }
  restore_conversation: {
    parameters: {
      query?: never
      header?: never
      path: {
        conversation_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConversationView']
        }
      }
      default: components['responses']['Failure']
    }
  }
  show_branch: {
    parameters: {
      query?: never
      header?: never
      path: {
        conversation_id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['LeafIn']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConversationView']
        }
      }
      default: components['responses']['Failure']
    }
  }
  list_messages: {
    parameters: {
      query: {
        page?: components['schemas']['PageNumber'] | null
        offset?: components['schemas']['Offset'] | null
        '': number
        before?: string | '' | null
        around?: string | null
      }
      header?: never
      path: {
        conversation_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['MessagesOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  delete_message: {
    parameters: {
      query?: never
      header?: never
      path: {
        conversation_id: string
        message_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: components['responses']['Failure']
    }
  }
  export_conversation: {
    parameters: {
      query?: {
        format?: 'markdown' | 'json'
        language?: 'en' | 'zh-TW'
      }
      header?: never
      path: {
        conversation_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': string
        }
      }
      default: components['responses']['Failure']
    }
  }
  carry_out_command: {
    parameters: {
      query?: never
      header?: never
      path: {
        conversation_id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          type?: string
        }
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: components['responses']['Failure']
    }
  }
  stream_events: {
    parameters: {
      query?: {
        message_id?: string | null
        run?: number
        seq?: number
      }
      header?: never
      path: {
        conversation_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Frames, one per event */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/event-stream': unknown
        }
      }
      default: components['responses']['Failure']
    }
  }
  stream_changes: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Frames, one per event */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/event-stream': unknown
        }
      }
      default: components['responses']['Failure']
    }
  }
  list_attachments: {
    parameters: {
      query: {
        '': number
        order?: 'newest' | 'largest'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AttachmentsOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  upload_attachment: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'multipart/form-data': {
          /** Format: binary */
          file: string
          /** Format: uuid */
          id?: string
          description?: string
        }
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AttachmentView']
        }
      }
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AttachmentView']
        }
      }
      default: components['responses']['Failure']
    }
  }
  show_attachment: {
    parameters: {
      query?: never
      header?: never
      path: {
        attachment_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AttachmentView']
        }
      }
      default: components['responses']['Failure']
    }
  }
  delete_attachment: {
    parameters: {
      query?: never
      header?: never
      path: {
        attachment_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      default: components['responses']['Failure']
    }
  }
  describe_attachment: {
    parameters: {
      query?: never
      header?: never
      path: {
        attachment_id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['AttachmentPatch']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AttachmentView']
        }
      }
      default: components['responses']['Failure']
    }
  }
  read_image: {
    parameters: {
      query?: never
      header?: never
      path: {
        attachment_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          '*/*': unknown
        }
      }
      default: components['responses']['Failure']
    }
  }
  read_thumbnail: {
    parameters: {
      query?: never
      header?: never
      path: {
        attachment_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          '*/*': unknown
        }
      }
      default: components['responses']['Failure']
    }
  }
  read_original: {
    parameters: {
      query?: never
      header?: never
      path: {
        attachment_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          '*/*': unknown
        }
      }
      default: components['responses']['Failure']
    }
  }
  read_text: {
    parameters: {
      query?: never
      header?: never
      path: {
        attachment_id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The file */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          '*/*': unknown
        }
      }
      default: components['responses']['Failure']
    }
  }
  search: {
    parameters: {
      query: {
        q: string
        '': number
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SearchHitsOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  export_all: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': string
        }
      }
      default: components['responses']['Failure']
    }
  }
  show_preferences: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PreferencesOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  update_preferences: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['PreferencesPatch']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PreferencesOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  list_models: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ModelsOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  list_retiring_models: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RetiringModelsOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  show_model_service: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ModelServiceOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  set_model_service: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ModelServiceIn']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ModelServiceOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  remove_model_service: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ModelServiceOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  list_model_services: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ModelServicesOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  add_model_service: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ModelServiceIn']
      }
    }
    responses: {
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ModelServicesOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  change_model_service: {
    parameters: {
      query?: never
      header?: never
      path: {
        service_id: number
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ModelServiceIn']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ModelServicesOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  remove_one_model_service: {
    parameters: {
      query?: never
      header?: never
      path: {
        service_id: number
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ModelServicesOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  test_model_service: {
    parameters: {
      query?: never
      header?: never
      path: {
        service_id: number
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['TrialOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  show_limits: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['LimitsOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  show_health: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['HealthOut']
        }
      }
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['HealthOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  show_liveness: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['LivenessOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
  show_readiness: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ReadinessOut']
        }
      }
      /** @description Service Unavailable */
      503: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ReadinessOut']
        }
      }
      default: components['responses']['Failure']
    }
  }
}

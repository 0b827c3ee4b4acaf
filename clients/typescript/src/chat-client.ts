/** `ChatClient`, with which a program begins. */
import { Conversation } from './conversation.js'
import { RefusedError, SignedOutError } from './errors.js'
import type { ErrorFrame } from './frames.gen.js'
import { Handshakes } from './handshakes.js'
import { requestWith, type ServerAccess, type TokenSource } from './server-access.js'
import type { GetToken } from './tokens.js'
import { createUuid } from './uuid.js'

/** The options of a `ChatClient`. */
export interface ChatClientOptions {
  /** The server's base URL, such as `https://chat.example.org`. */
  url: string
  /** Returns access tokens, such as `signIn` or `createTokenRenewer` make it. */
  getToken: GetToken
  /** The longest delay before connecting again, in milliseconds; 20 seconds by default. */
  maxDelay?: number
  /** Replaces the platform's `WebSocket`, for example to watch connections. */
  WebSocket?: typeof WebSocket
  /** Replaces the platform's `fetch`. */
  fetch?: typeof fetch
}

/** The optional fields of a new conversation (docs/api.md, section 5). */
export interface NewConversationFields {
  id?: string
  title?: string
  model?: string
  system_prompt?: string
  temperature?: number
}

/** A user at one server: creates, opens and deletes conversations. */
export class ChatClient {
  readonly #server: ServerAccess
  readonly #open = new Set<Conversation>()

  constructor({ url, getToken, ...options }: ChatClientOptions) {
    const origin = new URL(url).href.replace(/\/$/, '')
    this.#server = {
      apiUrl: (path) => `${origin}/api${path}`,
      socketUrl: (path) => `${origin.replace(/^http/, 'ws')}${path}`,
      tokens: tokensOf(getToken),
      handshakes: new Handshakes(),
      ...options,
    }
  }

  /** Returns a conversation that exists. Its connection is opened with the first question. */
  conversation(id: string): Conversation {
    const conversation = new Conversation(this.#server, id)
    this.#open.add(conversation)
    return conversation
  }

  /** Creates a conversation. Throws `ChatError` if the server refuses. */
  async createConversation(fields: NewConversationFields = {}): Promise<Conversation> {
    const { id } = await this.#request<{ id: string }>('POST', '/conversations/', {
      id: createUuid(),
      ...fields,
    })
    return this.conversation(id)
  }

  /** Deletes a conversation, and stops the answer that is being written in it. */
  async deleteConversation(id: string): Promise<void> {
    await this.#request('DELETE', `/conversations/${id}`)
  }

  /** Closes all connections. Answers that are being written continue on the server. */
  close(): void {
    for (const conversation of this.#open) conversation.close()
    this.#open.clear()
  }

  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { tokens } = this.#server
    const send = async () => {
      const token = await tokens.token()
      if (token === null) throw new SignedOutError('No access token is available.')
      return requestWith(token, this.#server, path, {
        method,
        headers: { 'Content-Type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      })
    }
    let response = await send()
    if (response.status === 401 && (await tokens.refresh()) === 'refreshed') response = await send()
    if (response.status === 401) throw new SignedOutError('The session has ended.')
    if (response.status === 204) return undefined as T
    const content: unknown = await response.json()
    if (response.ok) return content as T
    const { code, error } = content as ErrorFrame
    throw new RefusedError(code, error)
  }
}

function tokensOf(getToken: GetToken): TokenSource {
  return {
    token: async () => {
      try {
        return await getToken({ isRefused: false })
      } catch {
        return null
      }
    },
    refresh: async () => {
      try {
        return (await getToken({ isRefused: true })) === null ? 'refused' : 'refreshed'
      } catch {
        return 'unreachable'
      }
    },
  }
}

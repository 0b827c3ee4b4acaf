/** `ChatClient`, the entry of the library. */
import { Conversation } from './conversation.js'
import { SignedOutError } from './errors.js'
import { Handshakes } from './handshakes.js'
import { readApiObject } from './response-body.js'
import { baseUrlOf, requestWith, type ServerAccess, type TokenSource } from './server-access.js'
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
  readonly #getToken: GetToken
  /** The conversations that have a connection. */
  readonly #connected = new Set<Conversation>()

  constructor({ url, getToken, ...options }: ChatClientOptions) {
    const baseUrl = baseUrlOf(url)
    this.#getToken = getToken
    this.#server = {
      apiUrl: (path) => `${baseUrl}/api${path}`,
      socketUrl: (path) => `${baseUrl.replace(/^http/, 'ws')}${path}`,
      tokens: toTokenSource(getToken),
      handshakes: new Handshakes(),
      ...options,
    }
  }

  /** Returns a conversation that exists. Its connection is opened with the first question. */
  conversation(id: string): Conversation {
    return new Conversation(this.#server, id, this.#connected)
  }

  /** Creates a conversation. Throws `ApiError` if the server refuses. */
  async createConversation(fields: NewConversationFields = {}): Promise<Conversation> {
    const response = await this.#request('POST', '/conversations/', { id: createUuid(), ...fields })
    const { id } = (await readApiObject(response)) as { id: string }
    return this.conversation(id)
  }

  /** Deletes a conversation, and stops the answer being written in it. Throws `ApiError` if the server refuses. */
  async deleteConversation(id: string): Promise<void> {
    const response = await this.#request('DELETE', `/conversations/${encodeURIComponent(id)}`)
    if (response.status !== 204) await readApiObject(response)
  }

  /** Closes all connections. Answers that are being written continue on the server. */
  close(): void {
    for (const conversation of this.#connected) conversation.close()
  }

  /** Makes a request of the REST API, again with another token if the server refuses the first. */
  async #request(method: string, path: string, body?: unknown): Promise<Response> {
    for (const isRefused of [false, true]) {
      const token = await this.#getToken({ isRefused })
      if (token === null) break
      const response = await requestWith(token, this.#server, path, {
        method,
        headers: { 'Content-Type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      })
      if (response.status !== 401) return response
    }
    throw new SignedOutError('The session has ended.')
  }
}

function toTokenSource(getToken: GetToken): TokenSource {
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

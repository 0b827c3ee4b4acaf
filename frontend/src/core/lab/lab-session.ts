/** An experiment of the lab: one answer, followed over connections that its user cuts and slows down. */
import { type AnswerStream, ChatClient, type Conversation, type Counts } from 'ai-chat-client'
import { createUuid } from 'ai-chat-client/internal'
import { apiUrl } from '@/api/base-urls'
import { session } from '@/api/session'
import { forgetLab, rememberLab } from '@/core/lab/lab-cleanup'
import { LabNetwork } from '@/lib/lab-network'

/** An event of a connection, at this number of the answer. */
export interface LabEvent {
  kind: 'opened' | 'lost' | 'resumed' | 'ended'
  device: number
  seq: number
}

export interface LabDevice {
  connection: Conversation['state']['kind']
  isSlow: boolean
  run: number
  seq: number
  text: string
  counts: Readonly<Counts>
}

export interface LabState {
  phase: 'idle' | 'writing' | 'ended' | 'failed'
  devices: readonly LabDevice[]
  /** Oldest first. */
  events: readonly LabEvent[]
}

interface Device {
  network: LabNetwork
  client: ChatClient
  conversation: Conversation
  answer: AnswerStream
  isOpen: boolean
  hasOpened: boolean
}

const IDLE: LabState = { phase: 'idle', devices: [], events: [] }
const MAX_DEVICES = 2

export class LabSession {
  #devices: Device[] = []
  #events: LabEvent[] = []
  #phase: LabState['phase'] = 'idle'
  #state = IDLE
  #paint = 0
  #controller = new AbortController()
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): LabState => this.#state

  /** Asks in a new conversation of this title. */
  async ask(question: string, title: string): Promise<void> {
    this.close()
    this.#controller = new AbortController()
    const { signal } = this.#controller
    this.#phase = 'writing'
    this.#events = []
    this.#publish()
    const network = new LabNetwork()
    const client = createClient(network)
    const id = createUuid()
    // Before it exists: the page may be closed, or the response lost, after the server has created it.
    rememberLab(id)
    try {
      const conversation = await client.createConversation({ id, title })
      if (signal.aborted) await deleteLab(client, id)
      else this.#track(network, client, conversation, conversation.ask(question))
    } catch {
      if (!signal.aborted) this.#end('failed')
    }
  }

  /** Follows the answer on another connection, as a second device does: from its beginning. */
  addDevice(): void {
    const [first] = this.#devices
    const messageId = first?.answer.messageId
    if (!first || !messageId || this.#devices.length >= MAX_DEVICES) return
    const network = new LabNetwork()
    const client = createClient(network)
    const conversation = client.conversation(first.conversation.id)
    this.#track(network, client, conversation, conversation.follow({ message_id: messageId, run: 1, seq: 0 }))
  }

  cut(device: number): void {
    this.#devices[device]?.network.cut()
  }

  setSlow(device: number, isSlow: boolean): void {
    this.#devices[device]?.network.setSlow(isSlow)
    this.#publish()
  }

  stop(): void {
    this.#devices[0]?.answer.stop()
  }

  /** Closes the connections and deletes the conversation. */
  close(): void {
    this.#controller.abort()
    const devices = this.#devices
    this.#devices = []
    this.#phase = 'idle'
    for (const { network, client } of devices) {
      network.setSlow(false)
      client.close()
    }
    const [first] = devices
    if (first) void deleteLab(first.client, first.conversation.id)
    this.#publish()
  }

  #track(network: LabNetwork, client: ChatClient, conversation: Conversation, answer: AnswerStream): void {
    const device: Device = { network, client, conversation, answer, isOpen: false, hasOpened: false }
    this.#devices.push(device)
    conversation.subscribe(() => this.#recordTransition(device))
    answer.read().then(
      () => {
        if (!this.#devices.includes(device)) return
        this.#record('ended', device)
        this.#end('ended')
      },
      () => {
        if (this.#devices.includes(device)) this.#end('failed')
      },
    )
    this.#publish()
  }

  #recordTransition(device: Device): void {
    const isOpen = device.conversation.state.kind === 'open'
    if (isOpen && !device.isOpen) this.#record(device.hasOpened ? 'resumed' : 'opened', device)
    else if (!isOpen && device.isOpen) this.#record('lost', device)
    device.isOpen = isOpen
    device.hasOpened ||= isOpen
    this.#publish()
  }

  #record(kind: LabEvent['kind'], device: Device): void {
    const seq = device.answer.position?.seq ?? 0
    this.#events = [...this.#events, { kind, device: this.#devices.indexOf(device), seq }]
  }

  #end(phase: LabState['phase']): void {
    this.#phase = phase
    this.#publish()
  }

  /** Updates the page once per paint, however many frames arrive. */
  #publish(): void {
    cancelAnimationFrame(this.#paint)
    this.#paint = requestAnimationFrame(() => {
      this.#state = { phase: this.#phase, devices: this.#devices.map(toLabDevice), events: this.#events }
      for (const listener of this.#listeners) listener()
    })
  }
}

/** A conversation that cannot be deleted before its page closes is deleted by the next page. */
async function deleteLab(client: ChatClient, id: string): Promise<void> {
  try {
    await client.deleteConversation(id)
    forgetLab(id)
  } catch {
    // Its entry stays.
  }
}

function toLabDevice({ network, conversation, answer }: Device): LabDevice {
  return {
    connection: conversation.state.kind,
    isSlow: network.isSlow,
    run: answer.position?.run ?? 0,
    seq: answer.position?.seq ?? 0,
    text: answer.text,
    counts: { ...conversation.counts },
  }
}

function createClient(network: LabNetwork): ChatClient {
  return new ChatClient({
    url: new URL('.', new URL(apiUrl(''), location.href)).href,
    WebSocket: network.WebSocket,
    // `keepalive` lets a deletion finish after the page is closed.
    fetch: (url, request) => fetch(url, { ...request, keepalive: true }),
    getToken: async ({ isRefused }) => {
      if (isRefused && (await session.refresh()) === 'refused') return null
      return session.token()
    },
  })
}

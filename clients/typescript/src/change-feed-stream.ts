/**
 * The change feed without a WebSocket (`/api/events`). One tab of a user, the leader, reads the stream and passes it on
 * to the others, because a browser allows six HTTP connections to a server over all its tabs. Where tabs cannot know of
 * each other, each reads it itself.
 */
import { CLOSE_ABNORMAL } from './close-codes.js'
import type { ConnectionEvents } from './connection.js'
import type { ServerAccess } from './server-access.js'
import { StreamConnection } from './stream-connection.js'
import { webLocks } from './web-locks.js'

/** Text that the leader passes on, or the request of another tab for the state that begins a stream. */
type TabMessage = { text: string } | 'ask'

/** The feeds whose leader was silent for too long, although it holds the lock: its page hangs. */
const feedsWithSilentLeader = new Set<string>()

export class ChangeFeedStream extends StreamConnection {
  readonly #name: string
  readonly #locks: LockManager | undefined
  readonly #channel: BroadcastChannel | undefined
  /** The pending request for the lock of the leader. */
  readonly #lockRequest = new AbortController()
  #isLeader: boolean
  #stopLeading: () => void = () => undefined
  /** Whether the stream has begun; a tab that asks before receives its beginning. */
  #hasBegun = false

  constructor(server: ServerAccess, events: ConnectionEvents) {
    super(server, events)
    this.#name = `change-feed:${server.userId?.() ?? ''}`
    this.#locks = server.userId && 'BroadcastChannel' in globalThis ? webLocks() : undefined
    this.#channel = this.#locks && new BroadcastChannel(this.#name)
    this.#isLeader = this.#locks === undefined
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
      if (data !== 'ask') this.#receive(data.text)
      else if (this.#isLeader && this.#hasBegun) this.#read()
    })
    void this.#requestLeadership()
  }

  override close(): void {
    super.close()
    this.#lockRequest.abort()
    this.#stopLeading()
    this.#channel?.close()
  }

  override giveUp(): void {
    if (this.#isLeader) feedsWithSilentLeader.delete(this.#name)
    else feedsWithSilentLeader.add(this.#name)
    super.giveUp()
  }

  /** Opens a new stream for every command: it begins with the state that `auth` requests, and answers a `ping`. */
  protected override perform(): void {
    if (this.#isLeader) this.#read()
    else this.#channel?.postMessage('ask' satisfies TabMessage)
  }

  protected override deliver(text: string): void {
    this.#hasBegun = true
    this.#channel?.postMessage({ text } satisfies TabMessage)
    super.deliver(text)
  }

  #read(): void {
    this.#hasBegun = false
    void this.follow('/events')
  }

  /** Takes what the leader passes on. */
  #receive(text: string): void {
    if (this.#isLeader) return
    feedsWithSilentLeader.delete(this.#name)
    super.deliver(text)
  }

  async #requestLeadership(): Promise<void> {
    const options = feedsWithSilentLeader.has(this.#name)
      ? { steal: true }
      : { signal: this.#lockRequest.signal }
    try {
      await this.#locks?.request(this.#name, options, () => this.#lead())
    } catch {
      // The request was withdrawn; or another tab took the lead, because this one was silent for too long.
      this.fail(CLOSE_ABNORMAL)
    }
  }

  /** Settles when this tab stops leading. */
  #lead(): Promise<void> | undefined {
    if (this.#lockRequest.signal.aborted) return undefined
    feedsWithSilentLeader.delete(this.#name)
    this.#isLeader = true
    this.#read()
    return new Promise((resolve) => (this.#stopLeading = resolve))
  }
}

/**
 * The change feed without a WebSocket (`/api/events`). One tab of a user, the leader, reads the stream and passes it on
 * to the others, because a browser allows six HTTP connections to a server over all its tabs. Where tabs cannot know of
 * each other, each reads it itself.
 */
import type { ConnectionEvents } from './connection.js'
import type { ServerAccess } from './server-access.js'
import { CLOSE_ABNORMAL, StreamConnection } from './stream-connection.js'
import { webLocks } from './web-locks.js'

/** Text of the stream, or a tab's question for the state that begins a stream. */
type Passed = { text: string } | 'ask'

/** Whether the leader was silent for too long, although it holds the lock: its page hangs. */
let isLeaderSilent = false

export class ChangeFeedStream extends StreamConnection {
  readonly #name: string
  readonly #locks: LockManager | undefined
  readonly #channel: BroadcastChannel | undefined
  /** The pending request for the lock of the leader. */
  readonly #line = new AbortController()
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
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<Passed>) => {
      if (data !== 'ask') this.#receive(data.text)
      else if (this.#isLeader && this.#hasBegun) this.#read()
    })
    void this.#standInLine()
  }

  override close(): void {
    super.close()
    this.#line.abort()
    this.#stopLeading()
    this.#channel?.close()
  }

  override giveUp(): void {
    isLeaderSilent = !this.#isLeader
    super.giveUp()
  }

  /** Each frame requests the server's state or a sign of life: a new stream begins with both. */
  protected override perform(): void {
    if (this.#isLeader) this.#read()
    else this.#channel?.postMessage('ask' satisfies Passed)
  }

  protected override deliver(text: string): void {
    this.#hasBegun = true
    this.#channel?.postMessage({ text } satisfies Passed)
    super.deliver(text)
  }

  #read(): void {
    this.#hasBegun = false
    void this.follow('/events')
  }

  /** Takes what the leader passes on. */
  #receive(text: string): void {
    if (this.#isLeader) return
    isLeaderSilent = false
    super.deliver(text)
  }

  async #standInLine(): Promise<void> {
    const options = isLeaderSilent ? { steal: true } : { signal: this.#line.signal }
    try {
      await this.#locks?.request(this.#name, options, () => this.#lead())
    } catch {
      // The place in line was left; or another tab took the lead, as this one was silent for too long.
      this.fail(CLOSE_ABNORMAL)
    }
  }

  /** Settles when this tab stops leading. */
  #lead(): Promise<void> | undefined {
    if (this.#line.signal.aborted) return undefined
    isLeaderSilent = false
    this.#isLeader = true
    this.#read()
    return new Promise((resolve) => (this.#stopLeading = resolve))
  }
}

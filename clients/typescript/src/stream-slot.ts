/**
 * A slot for the event stream of a conversation. A browser allows six HTTP connections to a server over all its tabs,
 * and streams, which never end, would leave none for requests. So the tabs share three slots: Web Locks give them out,
 * and a `BroadcastChannel` announces which tab wants one. Where tabs cannot know of each other, each has its own.
 */
import { sleep } from './backoff.js'
import { webLocks } from './web-locks.js'

/** `none`: the page is hidden and has nothing to send; `idle`: it only watches, and gives way to `urgent` ones. */
export type ConnectionNeed = 'none' | 'idle' | 'urgent'

export interface SlotEvents {
  onGranted: () => void
  /** The slot was given up. Never called after `release()`. */
  onLost: () => void
}

/** `wanted`: an urgent tab waits; `free`: a slot was released. */
type Notice = 'wanted' | 'free'

const NAME = 'stream-slot'
const SLOTS = [0, 1, 2]
/** Slots are given up one after another: the first that is idle is enough. */
const STAGGER_MS = 100

export class StreamSlot {
  readonly #need: () => ConnectionNeed
  readonly #events: SlotEvents
  readonly #locks = 'BroadcastChannel' in globalThis ? webLocks() : undefined
  readonly #channel = this.#locks && new BroadcastChannel(NAME)
  #held: { slot: number; letGo: () => void } | null = null
  /** The place in line of an urgent need. */
  #line: AbortController | null = null
  readonly #released = new AbortController()

  constructor(need: () => ConnectionNeed, events: SlotEvents) {
    this.#need = need
    this.#events = events
    this.#channel?.addEventListener(
      'message',
      ({ data }: MessageEvent<Notice>) => {
        if ((data === 'free') === (this.#held === null)) this.updateNeed()
      },
      { signal: this.#released.signal },
    )
    queueMicrotask(() => this.updateNeed())
  }

  updateNeed(): void {
    if (this.#released.signal.aborted) return
    const need = this.#need()
    if (this.#held) {
      if (need === 'none') this.#lose()
      else if (need === 'idle') void this.#loseIfWanted(this.#held.slot)
      return
    }
    if (need === 'urgent') this.#standInLine()
    else this.#leaveLine()
    if (need === 'idle') this.#takeFree(SLOTS)
  }

  release(): void {
    this.#released.abort()
    this.#leaveLine()
    this.#letGo()
  }

  #standInLine(): void {
    if (this.#line) return
    if (!this.#locks) {
      void this.#grant(0)
      return
    }
    const line = new AbortController()
    this.#line = line
    for (const slot of SLOTS) {
      const used = this.#locks.request(`${NAME}:${slot}`, { signal: line.signal }, () => this.#grant(slot))
      used.then(
        () => this.#announce('free'),
        // This place in line was left.
        () => undefined,
      )
    }
    this.#announce('wanted')
  }

  #leaveLine(): void {
    this.#line?.abort()
    this.#line = null
  }

  /** Takes a free slot that no other tab waits for. */
  #takeFree([slot, ...others]: number[]): void {
    if (slot === undefined) return
    if (!this.#locks) {
      void this.#grant(slot)
      return
    }
    const used = this.#locks.request(`${NAME}:${slot}`, { ifAvailable: true }, async (lock) => {
      if (lock) await this.#grant(slot)
      else this.#takeFree(others)
      return lock !== null
    })
    void used.then((wasHeld) => {
      if (wasHeld) this.#announce('free')
    })
  }

  /** Settles when the slot is released; immediately if it is no longer needed. */
  #grant(slot: number): Promise<void> | undefined {
    if (this.#released.signal.aborted || this.#held || this.#need() === 'none') return undefined
    return new Promise((resolve) => {
      this.#held = { slot, letGo: resolve }
      this.#leaveLine()
      this.#events.onGranted()
    })
  }

  async #loseIfWanted(slot: number): Promise<void> {
    await sleep(slot * STAGGER_MS)
    const { pending = [] } = (await this.#locks?.query()) ?? {}
    const isWanted = pending.some(({ name }) => name === `${NAME}:${slot}`)
    if (isWanted && this.#held?.slot === slot && this.#need() === 'idle') this.#lose()
  }

  #lose(): void {
    this.#letGo()
    this.#events.onLost()
  }

  #letGo(): void {
    if (!this.#held) return
    this.#held.letGo()
    this.#held = null
  }

  #announce(notice: Notice): void {
    this.#channel?.postMessage(notice)
  }
}

/** The lab's connection to the server: WebSockets that the user can cut or slow down. */

/** On a slow connection, text arrives late and in bursts. */
const BURST_MS = 1_500

export class LabNetwork {
  /** The WebSocket implementation that `ChatClient` uses. */
  readonly WebSocket: typeof WebSocket
  readonly #sockets = new Set<LabSocket>()
  #bursts: number | undefined

  constructor() {
    const sockets = this.#sockets
    const isSlow = () => this.isSlow
    class Socket extends LabSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, isSlow)
        sockets.add(this)
        this.addEventListener('close', () => sockets.delete(this))
      }
    }
    this.WebSocket = Socket as unknown as typeof WebSocket
  }

  get isSlow(): boolean {
    return this.#bursts !== undefined
  }

  setSlow(isSlow: boolean): void {
    window.clearInterval(this.#bursts)
    this.#bursts = isSlow ? window.setInterval(() => this.#deliver(), BURST_MS) : undefined
    if (!isSlow) this.#deliver()
  }

  /** Breaks all connections, as a network does: data in transit is lost. */
  cut(): void {
    for (const socket of this.#sockets) socket.cut()
  }

  #deliver(): void {
    for (const socket of this.#sockets) socket.deliver()
  }
}

const CLOSE_ABNORMAL = 1006

/** The part of a WebSocket that the client uses. */
class LabSocket extends EventTarget {
  readonly #socket: WebSocket
  #held: string[] = []
  #hasEnded = false

  constructor(url: string, protocols: string[], isSlow: () => boolean) {
    super()
    this.#socket = new WebSocket(url, protocols)
    this.#socket.addEventListener('open', () => this.dispatchEvent(new Event('open')))
    this.#socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      this.#held.push(data)
      if (!isSlow()) this.deliver()
    })
    this.#socket.addEventListener('close', ({ code }) => {
      this.deliver()
      this.#end(code)
    })
  }

  get readyState(): number {
    return this.#socket.readyState
  }

  send(text: string): void {
    this.#socket.send(text)
  }

  close(): void {
    this.#socket.close()
  }

  deliver(): void {
    for (const data of this.#held.splice(0)) {
      if (!this.#hasEnded) this.dispatchEvent(new MessageEvent('message', { data }))
    }
  }

  cut(): void {
    this.#held = []
    this.#socket.close()
    this.#end(CLOSE_ABNORMAL)
  }

  #end(code: number): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.dispatchEvent(new CloseEvent('close', { code }))
  }
}

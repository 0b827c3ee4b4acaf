/** Fake Web Locks, which the tabs of a test share. */
import { vi } from 'vitest'

type Task = (lock: Lock | null) => unknown

interface Request {
  task: Task
  resolve: (value: unknown) => void
  reject: (reason: unknown) => void
}

export class FakeWebLocks {
  readonly #held = new Map<string, Request>()
  readonly #pending = new Map<string, Request[]>()

  /** Replaces `navigator` until `vi.unstubAllGlobals()`. */
  install(): void {
    vi.stubGlobal('navigator', { locks: this })
  }

  readonly request = (name: string, ...rest: [LockOptions, Task] | [Task]): Promise<unknown> => {
    const [options, task] = rest.length === 2 ? rest : [{} as LockOptions, rest[0]]
    return new Promise((resolve, reject) => {
      const request = { task, resolve, reject }
      const line = this.#line(name)
      if (options.steal) {
        this.#held.get(name)?.reject(new DOMException('', 'AbortError'))
        void this.#run(name, request)
      } else if (!this.#held.has(name) && line.length === 0) {
        void this.#run(name, request)
      } else if (options.ifAvailable) {
        resolve(task(null))
      } else {
        line.push(request)
        options.signal?.addEventListener('abort', () => {
          if (!line.includes(request)) return
          line.splice(line.indexOf(request), 1)
          reject(new DOMException('', 'AbortError'))
        })
      }
    })
  }

  readonly query = (): Promise<LockManagerSnapshot> =>
    Promise.resolve({
      held: [...this.#held.keys()].map((name) => ({ name })),
      pending: [...this.#pending].flatMap(([name, line]) => line.map(() => ({ name }))),
    })

  #line(name: string): Request[] {
    const line = this.#pending.get(name) ?? []
    this.#pending.set(name, line)
    return line
  }

  async #run(name: string, request: Request): Promise<void> {
    this.#held.set(name, request)
    await Promise.resolve()
    request.resolve(await request.task({ name, mode: 'exclusive' }))
    if (this.#held.get(name) !== request) return
    this.#held.delete(name)
    const next = this.#line(name).shift()
    if (next) void this.#run(name, next)
  }
}

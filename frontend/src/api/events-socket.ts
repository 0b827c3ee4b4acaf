/** The connection that tells what changes in the list of conversations, in whatever tab or device. */
import { ChangesWire } from '@/api/changes-wire'
import { LiveSocket, type LiveSocketOptions } from '@/api/live-socket'
import type { ClientFrame, EventsFrame } from '@/types/frames.gen'

export class EventsSocket extends LiveSocket<EventsFrame> {
  constructor(options: LiveSocketOptions<EventsFrame>) {
    super('/ws/events/', options, (events) => new ChangesWire(events))
  }

  protected override authFrame(token: string): ClientFrame {
    return { type: 'auth', token }
  }

  /** Has the server say again where it is; answered by `auth.success`. */
  async askAgain(): Promise<void> {
    const token = await this.token()
    if (token !== null) this.write({ type: 'auth', token })
  }
}

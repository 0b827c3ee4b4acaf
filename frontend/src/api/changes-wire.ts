/** The wire of what changes in the list of conversations, where no WebSocket gets through. */
import { StreamWire } from '@/api/stream-wire'

export class ChangesWire extends StreamWire {
  /** Whatever is sent asks where the server is, or whether it is there: a new stream begins by saying so. */
  protected override take(): void {
    void this.follow('/events')
  }
}

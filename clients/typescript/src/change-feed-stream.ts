/** The change feed without a WebSocket (`/api/events`). */
import { StreamConnection } from './stream-connection.js'

export class ChangeFeedStream extends StreamConnection {
  /** Each frame requests the server's state or a sign of life: a new stream begins with both. */
  protected override perform(): void {
    void this.follow('/events')
  }
}

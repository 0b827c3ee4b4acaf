/** Parses server-sent events, in every form that they may have (docs/protocol.md: P-9.11). */
export interface ServerEvent {
  /** A `comment` is only a sign of life. */
  type: string
  data: string
}

/** Splits the text of a stream into events, however the text is divided. */
export class EventSplitter {
  #rest = ''
  #hasHalfLineEnd = false

  /** The events that this text completes. */
  push(text: string): ServerEvent[] {
    if (text === '') return []
    // A CR ends a line by itself: to wait for the LF of a CR LF would hold back the event.
    const more = this.#hasHalfLineEnd && text.startsWith('\n') ? text.slice(1) : text
    this.#hasHalfLineEnd = text.endsWith('\r')
    const blocks = (this.#rest + more.replace(/\r\n?/g, '\n')).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    return blocks.map(parseEvent).filter((event) => event !== null)
  }
}

/** Reads the events of a response body. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const splitter = new EventSplitter()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield* splitter.push(decoder.decode(value, { stream: true }))
    }
  } finally {
    reader.releaseLock()
  }
}

/** Null for a block without data or comment, such as a block that only sets `retry`. */
function parseEvent(block: string): ServerEvent | null {
  let type = 'message'
  let isComment = false
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (colon === 0) isComment = true
    else if (name === 'event') type = value
    else if (name === 'data') data.push(value)
  }
  if (data.length > 0) return { type, data: data.join('\n') }
  return isComment ? { type: 'comment', data: '' } : null
}

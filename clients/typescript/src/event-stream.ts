/** Reads server-sent events from the body of a response, in every form that they may have (docs/protocol.md: P-9.11). */
export interface ServerEvent {
  /** `comment` is a heartbeat. */
  type: string
  data: string
}

/** The complete events in `text`, and the remaining text of an incomplete one. */
export function splitEvents(text: string): { events: ServerEvent[]; rest: string } {
  // A CR at the end may be half of a CR LF.
  const held = text.endsWith('\r') ? '\r' : ''
  const normal = text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n')
  const blocks = normal.split('\n\n')
  const rest = (blocks.pop() ?? '') + held
  return { events: blocks.map(parseEvent).filter((event) => event !== null), rest }
}

export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const { events, rest } = splitEvents(text + decoder.decode(value, { stream: true }))
      text = rest
      yield* events
    }
  } finally {
    reader.releaseLock()
  }
}

/** Null for a block without data or comment, such as one that sets only `retry`. */
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

/** Reads server-sent events from the body of a response. */
export interface ServerEvent {
  /** `comment` is a heartbeat. */
  type: string
  data: string
}

/** The complete events in `text`, and the remaining text of an incomplete one. */
export function splitEvents(text: string): { events: ServerEvent[]; rest: string } {
  const blocks = text.split('\n\n')
  const rest = blocks.pop() ?? ''
  return { events: blocks.map(parseEvent), rest }
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

function parseEvent(block: string): ServerEvent {
  const event: ServerEvent = { type: 'comment', data: '' }
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    const value = line.slice(colon + 1).replace(/^ /, '')
    if (line.startsWith('event:')) event.type = value
    else if (line.startsWith('data:')) {
      event.data = value
      if (event.type === 'comment') event.type = 'message'
    }
  }
  return event
}

/** Breaks the requests of the client: the scenario that the variable BROKEN names must detect it. */
const { fetch } = globalThis
const JSON_TYPE = { 'Content-Type': 'application/json' }

const withoutHeader = (response, name) => {
  const headers = new Headers(response.headers)
  headers.delete(name)
  return new Response(response.body, { status: response.status, headers })
}
const withBody = (response, transform) => {
  if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) return response
  const body = response.body.pipeThrough(new TransformStream(transform))
  return new Response(body, { status: response.status, headers: response.headers })
}
const bytes = (text) => new TextEncoder().encode(text)
const answer = (status, body) => new Response(JSON.stringify(body), { status, headers: JSON_TYPE })
const isPage = (response) => response.headers.get('Content-Type')?.startsWith('text/html')

/** Does not wait as long as the server says. */
const ignoreRetryAfter = (response) => withoutHeader(response, 'Retry-After')
/** Treats an event that the end cuts off as complete. */
const completeEvents = (response) => withBody(response, { flush: (stream) => stream.enqueue(bytes('\n\n')) })

const FAULTS = {
  'http-stream-limited': ignoreRetryAfter,
  'http-stream-limited-until-a-date': ignoreRetryAfter,
  'http-command-limited-by-a-proxy': ignoreRetryAfter,
  'http-stream-not-found-page': (response) =>
    isPage(response) ? answer(404, { code: 'NOT_FOUND', error: 'None.' }) : response,
  'http-command-page': (response) => (isPage(response) ? answer(200, { type: 'pong' }) : response),
  'http-command-too-large': (response) => (response.status === 413 ? answer(503, {}) : response),
  'http-command-expired': (response) => (response.status === 401 ? answer(500, {}) : response),
  'http-ended-early': completeEvents,
  'http-command-redirect': null,
  'http-stream-redirect': null,
}

const broken = FAULTS[process.env.BROKEN]
globalThis.fetch = async (url, request) => {
  const followed = broken === null ? { ...request, redirect: 'follow' } : request
  const response = await fetch(url, followed)
  return broken === null ? response : broken(response)
}

if (process.env.BROKEN === undefined) console.log(JSON.stringify(Object.keys(FAULTS)))

/** A second model service, which has a model of the same name as the first one and always gives the same answer. */
import { LocalServer } from './local-server'

export const SPARE_ANSWER = 'The spare service answers.'

export function spareService(model: string): LocalServer {
  return new LocalServer((request, response) => {
    if (request.method === 'GET') {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ object: 'list', data: [{ id: model, object: 'model' }] }))
      return
    }
    const choice = { index: 0, delta: { content: SPARE_ANSWER }, finish_reason: 'stop' }
    response.setHeader('Content-Type', 'text/event-stream')
    response.end(`data: ${JSON.stringify({ choices: [choice] })}\n\ndata: [DONE]\n\n`)
  })
}

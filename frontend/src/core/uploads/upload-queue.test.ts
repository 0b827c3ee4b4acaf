import { delay, http, HttpResponse } from 'msw'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { eventually } from '@/test/eventually'
import { image } from '@/test/messages'
import { errorResponse, server } from '@/test/server'
import { accessToken } from '@/test/tokens'
import type { Attachment } from '@/types/api'

const PATH = '/api/attachments/'

interface Received {
  id: string
  description: string
}

let received: Received[]
let close: (() => void)[]

beforeEach(() => {
  received = []
  close = []
})

afterEach(() => {
  for (const stop of close) stop()
})

/** The modules of a page that has just been loaded, with its queue at work. */
async function openPage() {
  vi.resetModules()
  const [{ session }, { UploadQueue }, uploads, store] = await Promise.all([
    import('@/api/session'),
    import('@/core/uploads/upload-queue'),
    import('@/core/uploads/upload-actions'),
    import('@/stores/uploads'),
  ])
  session.begin(accessToken('ann'))
  const queue = new UploadQueue()
  queue.open()
  close.push(() => queue.close())
  const find = (id: string | undefined) => store.findUpload(id ?? '')
  const isUploaded = (id: string | undefined) =>
    eventually(() => expect(find(id)?.attachment).toMatchObject({ id }))
  return { session, queue, UploadQueue, ...uploads, ...store, find, isUploaded }
}

function stored({ id, description }: Received): Attachment {
  return { ...image('a.png', '/t'), id, description }
}

/** Answers the uploads in turn; uploads after the last answer are stored. */
function answer(...answers: (() => Response | Promise<Response>)[]): void {
  server.use(
    http.post(PATH, async ({ request }) => {
      const form = await request.formData()
      const description = (form.get('description') as string | null) ?? ''
      const upload = { id: form.get('id') as string, description }
      received.push(upload)
      const next = answers.shift()
      return next ? next() : HttpResponse.json(stored(upload), { status: 201 })
    }),
  )
}

const refuse = (status: number, code: string, headers = {}) =>
  HttpResponse.json({ error: 'In English.', code, limit: 9 }, { status, headers })

const png = (name = 'a.png') => new File(['data'], name, { type: 'image/png' })

test('a file is sent with the id that the client made', async () => {
  answer()
  const { addFiles, isUploaded } = await openPage()
  const [id] = addFiles([png()], 100)
  await isUploaded(id)
  expect(received).toEqual([{ id, description: '' }])
})

test('a failed upload is sent again with the same id', async () => {
  answer(
    () => HttpResponse.error(),
    () => refuse(429, 'RATE_LIMIT_EXCEEDED', { 'Retry-After': '0' }),
  )
  const { addFiles, isUploaded } = await openPage()
  const [id] = addFiles([png()], 100)
  await isUploaded(id)
  expect(received.map((upload) => upload.id)).toEqual([id, id, id])
})

/** Answers one upload after another, without the waits between them. */
async function failUntil(count: number): Promise<void> {
  for (let tries = 1; tries <= count; tries += 1) {
    await eventually(() => {
      window.dispatchEvent(new Event('online'))
      expect(received.length).toBeGreaterThanOrEqual(tries)
    })
  }
}

test('a lost network never ends an upload, however often it is tried', async () => {
  answer(...Array.from({ length: 9 }, () => () => HttpResponse.error()), () =>
    refuse(503, 'TEMPORARILY_UNAVAILABLE'),
  )
  const { addFiles, isUploaded } = await openPage()
  const [id] = addFiles([png()], 100)
  await failUntil(11)
  await isUploaded(id)
})

test('a fault of the server ends an upload after some tries', async () => {
  answer(...Array.from({ length: 9 }, () => () => refuse(500, 'INTERNAL_ERROR')))
  const { addFiles, find } = await openPage()
  const [id] = addFiles([png()], 100)
  await failUntil(7)
  await eventually(() => expect(find(id)?.refusal?.code).toBe('INTERNAL_ERROR'))
  expect(received).toHaveLength(7)
})

test('a file that the server has deleted meanwhile is uploaded again with its new description', async () => {
  answer()
  server.use(http.patch(`${PATH}:id`, () => errorResponse(404, 'NOT_FOUND')))
  const { addFiles, describeUpload, find, isUploaded } = await openPage()
  const [id = ''] = addFiles([png()], 100)
  await isUploaded(id)
  describeUpload(id, 'A cat')
  await eventually(() => expect(find(id)?.attachment?.description).toBe('A cat'))
  expect(received).toEqual([
    { id, description: '' },
    { id, description: 'A cat' },
  ])
})

test('a page of a proxy that refuses large bodies counts as a refusal for good', async () => {
  answer(() => new HttpResponse('<html>', { status: 413 }))
  const { addFiles, find } = await openPage()
  const [id] = addFiles([png()], 100)
  await eventually(() => expect(find(id)?.refusal?.code).toBe('ATTACHMENT_TOO_LARGE'))
})

test.each([
  [415, 'ATTACHMENT_TYPE'],
  [422, 'ATTACHMENT_UNREADABLE'],
  [507, 'STORAGE_FULL'],
])('a refusal with %s is kept with its reason, and uploaded again only when asked', async (status, code) => {
  answer(() => refuse(status, code))
  const { addFiles, find, isUploaded, retryUpload } = await openPage()
  const [id, other] = addFiles([png(), png('b.png')], 100)
  await isUploaded(other)
  await eventually(() => expect(find(id)?.refusal).toEqual({ code, limit: 9 }))
  expect(received).toHaveLength(2)
  retryUpload(id ?? '')
  await isUploaded(id)
})

test('a file over the limit is not sent', async () => {
  answer()
  const { addFiles, find, isUploaded } = await openPage()
  const [large, small] = addFiles([png('large.png'), new File(['x'], 'small.png')], 3)
  await isUploaded(small)
  expect(find(large)?.refusal).toEqual({ code: 'ATTACHMENT_TOO_LARGE', limit: 3 })
  expect(received).toHaveLength(1)
})

test('a description that is written during the upload follows it', async () => {
  const described: unknown[] = []
  const events = new EventTarget()
  const written = new Promise((resolve) => events.addEventListener('written', resolve))
  answer(async () => {
    await written
    return HttpResponse.json(stored({ id: received[0]?.id ?? '', description: '' }), { status: 201 })
  })
  server.use(
    http.patch(`${PATH}:id`, async ({ request }) => {
      const { description } = (await request.json()) as { description: string }
      described.push(description)
      return HttpResponse.json(stored({ id: received[0]?.id ?? '', description: description.trim() }))
    }),
  )
  const { addFiles, describeUpload, find } = await openPage()
  const [id = ''] = addFiles([png()], 100)
  await eventually(() => expect(received).toHaveLength(1))
  describeUpload(id, 'A cat ')
  events.dispatchEvent(new Event('written'))
  await eventually(() => expect(find(id)?.attachment?.description).toBe('A cat'))
  expect(find(id)?.description).toBe('A cat')
  expect(described).toEqual(['A cat '])
})

test('a removed upload is aborted, and another takes its place', async () => {
  answer(() => delay('infinite').then(() => HttpResponse.error()))
  const { addFiles, removeUpload, find, isUploaded } = await openPage()
  const [id = ''] = addFiles([png()], 100)
  await eventually(() => expect(received).toHaveLength(1))
  removeUpload(id)
  const [next] = addFiles([png('b.png')], 100)
  await isUploaded(next)
  expect(find(id)).toBeNull()
})

test('a closed queue does not send again what it has aborted', async () => {
  answer()
  let described = 0
  server.use(
    http.patch(`${PATH}:id`, async () => {
      described += 1
      if (described === 1) await delay('infinite')
      return HttpResponse.json(stored({ id: received[0]?.id ?? '', description: 'A cat' }))
    }),
  )
  const { addFiles, describeUpload, isUploaded, find, queue, UploadQueue } = await openPage()
  const [id = ''] = addFiles([png()], 100)
  await isUploaded(id)
  describeUpload(id, 'A cat')
  await eventually(() => expect(described).toBe(1))
  queue.close()
  const next = new UploadQueue()
  close.push(() => next.close())
  next.open()
  await eventually(() => expect(find(id)?.attachment?.description).toBe('A cat'))
  expect(described).toBe(2)
})

test('an upload whose file the browser has lost says so after a reload', async () => {
  answer(() => delay('infinite').then(() => HttpResponse.error()))
  const before = await openPage()
  // This browser has no IndexedDB, so the file was only in memory.
  const [id] = before.addFiles([png()], 100)
  await eventually(() => expect(received).toHaveLength(1))
  const { find } = await openPage()
  await eventually(() => expect(find(id)?.refusal?.code).toBe('FILE_LOST'))
})

test('nothing of one user is sent in the session of another', async () => {
  answer(() => HttpResponse.error())
  const { addFiles, isUploaded, session, useUploads } = await openPage()
  const [ofAnn] = addFiles([png()], 100)
  await eventually(() => expect(received).toHaveLength(1))
  session.begin(accessToken('ben'))
  const [ofBen] = addFiles([png()], 100)
  await isUploaded(ofBen)
  expect(useUploads.getState().items.map(({ id }) => id)).toEqual([ofBen])
  expect(received.map(({ id }) => id)).toEqual([ofAnn, ofBen])
})

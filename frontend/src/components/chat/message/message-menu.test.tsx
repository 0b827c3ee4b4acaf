import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { AnsweredChat } from '@/test/chats'
import { server } from '@/test/server'

test('a double click on "Delete" deletes no message', async () => {
  const opened = new AnsweredChat()
  let isDeleted = false
  server.use(
    http.delete('/api/conversations/c1/messages/:id', () => {
      isDeleted = true
      return new HttpResponse(null, { status: 204 })
    }),
  )
  const { user } = await opened.open()
  const article = await screen.findByRole('article', { name: 'AI' })
  await user.click(await within(article).findByRole('button', { name: 'More' }))
  await user.dblClick(await screen.findByRole('menuitem', { name: 'Delete' }))
  const sure = screen.getByRole('menuitem', { name: 'Delete this message and everything after it?' })
  expect(isDeleted).toBe(false)
  await user.click(sure)
  await waitFor(() => expect(isDeleted).toBe(true))
})

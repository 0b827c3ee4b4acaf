/** The fake of the server's REST side; each test adds what it needs. */
import { setupServer } from 'msw/node'

export const server = setupServer()

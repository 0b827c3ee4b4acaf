import { z } from 'zod'

// Its quicker way writes code at run time, which the page's security policy forbids.
z.config({ jitless: true })

export { z }

import { z } from 'zod'

// Zod's faster mode generates code at run time, which the content security policy forbids.
z.config({ jitless: true })

export { z }

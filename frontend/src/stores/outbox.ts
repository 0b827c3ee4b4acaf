/** The outbox on the screen and in the storage of the browser. */
import { formatItem, parseItem } from '@/lib/stored-outbox'
import { keepEntries } from '@/stores/kept-entries'

const entries = keepEntries('outbox:', { format: formatItem, parse: parseItem })

export const {
  useEntries: useOutbox,
  put: putItem,
  change: changeItem,
  remove: removeItem,
  find: findItem,
} = entries

/** The outbox on the screen and in the storage of the browser. */
import { itemFormat } from '@/lib/outbox/stored-outbox'
import { keepEntries } from '@/stores/kept-entries'

const entries = keepEntries('outbox:', itemFormat)

export const {
  useEntries: useOutbox,
  put: putItem,
  change: changeItem,
  remove: removeItem,
  find: findItem,
} = entries

/** The uploads on the screen and in the storage of the browser. Their files are in `lib/storage/user-storage.ts`. */
import { create } from 'zustand'
import { uploadFormat } from '@/lib/outbox/stored-upload'
import { onUserChange } from '@/lib/storage/user-storage'
import { keepEntries } from '@/stores/kept-entries'

const entries = keepEntries('upload:', uploadFormat)

export const {
  useEntries: useUploads,
  put: putUpload,
  change: changeUpload,
  remove: removeUpload,
  find: findUpload,
} = entries

/** The part of each file that this tab has sent, from 0 to 1, by upload; none while it waits. */
export const useProgress = create<Record<string, number>>()(() => ({}))

export function setProgress(id: string, part: number | null): void {
  const { [id]: before, ...others } = useProgress.getState()
  if (part !== null) useProgress.setState({ [id]: part })
  else if (before !== undefined) useProgress.setState(others, true)
}

onUserChange(() => useProgress.setState({}, true))

import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/api-error'
import { attachmentsQuery, deleteAttachment } from '@/api/attachments'
import { DocumentIcon } from '@/components/attachments/document-icon'
import { Thumbnail } from '@/components/attachments/thumbnail'
import { LoadState } from '@/components/ui/load-state'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { errorText } from '@/i18n/error-text'
import { formatBytes } from '@/lib/text/bytes'
import type { Attachment } from '@/types/api'

/** The space that the user's files and texts use, and the largest files. */
export function StorageSettings() {
  const { t, i18n } = useTranslation()
  const { data, isError, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(attachmentsQuery)
  const page = data?.pages.at(-1)
  // Files move between pages while others are deleted.
  const files = [
    ...new Map(data?.pages.flatMap(({ attachments }) => attachments).map((one) => [one.id, one])),
  ]
  const size = (bytes: number) => formatBytes(bytes, i18n.language)
  const [forFiles, forTexts] = [page?.used ?? 0, page?.texts ?? 0]
  const used = forFiles + forTexts
  const shares = { used: size(used), files: size(forFiles), texts: size(forTexts) }
  return (
    <section aria-label={t('attachments.storage')} className="border-b border-line py-4">
      <h3 className="text-sm font-medium">{t('attachments.storage')}</h3>
      {!page ? (
        <LoadState isError={isError} onRetry={() => void refetch()} />
      ) : (
        <>
          <p className="text-xs text-ink-3 tabular-nums">
            {page.limit === null
              ? t('attachments.usedOnly', shares)
              : t('attachments.used', { ...shares, limit: size(page.limit) })}
          </p>
          {page.limit !== null && <Gauge part={used / Math.max(1, page.limit)} />}
          <LargestFiles files={files.map(([, file]) => file)} total={page.total} />
          {hasNextPage && (
            <Button
              variant="outline"
              className="mt-2"
              disabled={isFetchingNextPage}
              onClick={() => void fetchNextPage()}
            >
              {t('attachments.showMore')}
            </Button>
          )}
        </>
      )}
    </section>
  )
}

/** The text above says the same. */
function Gauge({ part }: { part: number }) {
  const isFull = part > 0.9
  return (
    <div aria-hidden className="mt-2 h-1.5 overflow-hidden rounded-full bg-sunken">
      <div
        className={`h-full rounded-full ${isFull ? 'bg-danger' : 'bg-accent'}`}
        style={{ width: `${Math.min(100, part * 100)}%` }}
      />
    </div>
  )
}

function LargestFiles({ files, total }: { files: Attachment[]; total: number }) {
  const { t } = useTranslation()
  if (files.length === 0) return <p className="pt-3 text-sm text-ink-2">{t('attachments.noFiles')}</p>
  return (
    <>
      <h4 className="pt-4 pb-1 text-xs text-ink-3">
        {t('attachments.largest', { shown: files.length, total })}
      </h4>
      <ul className="max-h-72 overflow-y-auto">
        {files.map((attachment) => (
          <FileRow key={attachment.id} attachment={attachment} />
        ))}
      </ul>
    </>
  )
}

function FileRow({ attachment }: { attachment: Attachment }) {
  const { t, i18n } = useTranslation()
  const client = useQueryClient()
  const { id, name, bytes, created_at } = attachment
  const {
    mutate: remove,
    error,
    isPending,
  } = useMutation({
    mutationFn: () => deleteAttachment(id),
    onSuccess: () => client.invalidateQueries({ queryKey: attachmentsQuery.queryKey }),
  })
  return (
    <li className="flex flex-wrap items-center gap-x-3 border-b border-line py-1.5 last:border-none">
      <span className="size-9 shrink-0 overflow-hidden rounded-md bg-sunken">
        {attachment.kind === 'image' ? (
          <Thumbnail id={id} attachment={attachment} className="size-full object-cover" />
        ) : (
          <DocumentIcon />
        )}
      </span>
      <span className="min-w-0 grow basis-0">
        <span className="block truncate text-sm">{name}</span>
        <span className="block text-xs text-ink-3 tabular-nums">
          {`${formatBytes(bytes, i18n.language)} · ${new Date(created_at).toLocaleDateString(i18n.language)}`}
        </span>
      </span>
      <ConfirmButton
        label={t('attachments.delete', { name })}
        disabled={isPending}
        onConfirm={() => remove()}
      >
        <Trash2 aria-hidden className="size-4" />
      </ConfirmButton>
      {error && (
        <p role="alert" className="w-full pl-12 text-xs text-danger">
          {error instanceof ApiError && error.code === 'ATTACHMENT_IN_USE'
            ? t('attachments.inUse', { name })
            : errorText(t, error instanceof ApiError ? error : { code: 'UNKNOWN' })}
        </p>
      )}
    </li>
  )
}

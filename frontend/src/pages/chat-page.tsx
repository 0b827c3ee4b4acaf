import { useParams, useSearchParams } from 'react-router'
import { ChatView } from '@/components/chat/chat-view'

export default function ChatPage() {
  const { id = '' } = useParams()
  const [search] = useSearchParams()
  return <ChatView key={id} id={id} targetId={search.get('at')} />
}

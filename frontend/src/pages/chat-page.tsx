import { useParams } from 'react-router'
import { ChatView } from '@/components/chat/chat-view'

export function ChatPage() {
  const { id = '' } = useParams()
  return <ChatView key={id} id={id} />
}

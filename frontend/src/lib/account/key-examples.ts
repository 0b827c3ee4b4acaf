/** Examples of programs that use the server with a personal key. Pure. */

export interface ProgramAccess {
  /** The base URL of the API for programs, which ends in `/v1`. */
  url: string
  key: string
  model: string
}

export interface Example {
  name: 'curl' | 'Python' | 'Node.js'
  /** The language, as after the fence of a code block. */
  language: string
  code: string
}

export function examplesFor({ url, key, model }: ProgramAccess): Example[] {
  return [
    {
      name: 'curl',
      language: 'bash',
      code: `curl ${url}/chat/completions \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`,
    },
    {
      name: 'Python',
      language: 'python',
      code: `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${url}", api_key="${key}")
for chunk in client.chat.completions.create(
    model="${model}", messages=[{"role": "user", "content": "Hello"}], stream=True
):
    print(chunk.choices[0].delta.content or "", end="")`,
    },
    {
      name: 'Node.js',
      language: 'javascript',
      code: `// npm install openai
import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${url}', apiKey: '${key}' })
const stream = await client.chat.completions.create({
  model: '${model}', messages: [{ role: 'user', content: 'Hello' }], stream: true,
})
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')`,
    },
  ]
}

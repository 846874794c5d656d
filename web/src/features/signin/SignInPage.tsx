import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { ApiError, send } from '@/api/client'
import { keepSession, sessionQuery } from '@/api/session'
import { Logo } from '@/components/Logo'
import { Failed } from '@/components/States'
import './signin.css'

/** Only a path of this dashboard is gone back to. */
export const safeBack = (back: string | undefined): string => (back && /^\/(?![/\\])/.test(back) ? back : '/')

export function SignInPage() {
  const client = useQueryClient()
  const router = useRouter()
  const { back, failed } = useSearch({ from: '/sign-in' })
  const session = useQuery(sessionQuery)
  useEffect(() => {
    document.title = 'Sign in · Stance'
  }, [])
  const signedIn = session.data?.user != null
  useEffect(() => {
    if (signedIn) router.history.replace(safeBack(back))
  }, [signedIn, back, router])
  const submit = async (name: string, password: string) => {
    keepSession(client, await send('post', '/auth/login', { body: { name, password } }))
  }
  if (session.error && !session.data) return <Failed error={session.error} retry={() => void session.refetch()} />
  return <SignInView provider={session.data?.provider} back={safeBack(back)} failed={failed} submit={submit} />
}

interface ViewProps {
  provider: string | undefined
  back: string
  failed: string | undefined
  submit: (name: string, password: string) => Promise<void>
}

export function SignInView({ provider, back, failed, submit }: ViewProps) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<string | null>(failed ?? null)
  const [busy, setBusy] = useState(false)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await submit(name, password)
    } catch (e) {
      setError(
        e instanceof ApiError
          ? e.status === 401 || e.status === 403
            ? 'That name and password do not fit together.'
            : `${e.message} ${e.next}`
          : String(e),
      )
    } finally {
      setBusy(false)
    }
  }
  return (
    <main className="signin">
      <div className="panel">
        <div className="panel-body stack">
          <div className="row">
            <Logo size={32} />
            <h1>Sign in to Stance</h1>
          </div>
          {provider && (
            <Button component="a" href={`/auth/oidc/start?back=${encodeURIComponent(back)}`} fullWidth>
              Continue with {provider}
            </Button>
          )}
          {provider && <p className="soft small signin-or">or with a local user</p>}
          <form onSubmit={(e) => void send(e)} className="stack">
            <TextInput
              label="Name"
              autoComplete="username"
              required
              autoFocus={!provider}
              value={name}
              onChange={(e) => setName(e.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(e) => setPassword(e.currentTarget.value)}
            />
            {error && (
              <p role="alert" className="signin-error">
                {error}
              </p>
            )}
            <Button type="submit" loading={busy} variant={provider ? 'default' : 'filled'} fullWidth>
              Sign in
            </Button>
          </form>
          <p className="soft small">The password of the first administrator was printed once, when the server first started.</p>
        </div>
      </div>
    </main>
  )
}

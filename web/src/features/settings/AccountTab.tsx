import { Button, PasswordInput, Select, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { send } from '@/api/client'
import { useGet } from '@/api/query'
import { useMe } from '@/api/session'
import type { Credential, Me } from '@/api/types'
import { Action, tellError } from '@/components/Action'
import { Facts, Panel } from '@/components/Page'
import { Answer } from '@/components/States'
import { Time } from '@/components/Time'
import { visible } from '@/lib/text'
import { endOfDay, toDateField } from '@/lib/time'
import { Secret } from './Secret'

export function AccountTab() {
  const me = useMe()
  const tokens = useGet('/api/v1/tokens')
  const sessions = useGet('/api/v1/me/sessions')
  if (!me) return null
  return (
    <div className="halves">
      <div className="stack">
        <Panel title="Who you are">
          <Facts
            of={[
              ['Name', visible(me.name)],
              ['Role', me.role],
              ['Accounts', me.accounts ? me.accounts.join(', ') || 'none' : 'all'],
              ['Owners', me.owners ? me.owners.map(visible).join(', ') || 'none' : 'all'],
            ]}
          />
        </Panel>
        {me.local && <Password />}
        <Panel title="Sessions">
          <Answer of={sessions} lines={2}>
            {(data) => (
              <Credentials
                of={data.items}
                end={(id) => send('delete', '/api/v1/me/sessions/{id}', { path: { id } })}
                changes="/api/v1/me/sessions"
                word="End"
              />
            )}
          </Answer>
        </Panel>
      </div>
      <div className="stack">
        <Panel title="API tokens">
          <Answer of={tokens} lines={2}>
            {(data) => (
              <Credentials
                of={data.items}
                end={(id) => send('delete', '/api/v1/tokens/{id}', { path: { id } })}
                changes="/api/v1/tokens"
                word="Revoke"
              />
            )}
          </Answer>
        </Panel>
        <NewToken me={me} />
      </div>
    </div>
  )
}

function Credentials({
  of,
  end,
  changes,
  word,
}: {
  of: Credential[]
  end: (id: string) => Promise<unknown>
  changes: string
  word: string
}) {
  if (of.length === 0) return <p className="soft">None</p>
  return (
    <table className="simple">
      <tbody>
        {of.map((c) => (
          <tr key={c.id}>
            <td>
              {visible(c.name || 'Browser')} {c.role && <span className="soft small">{c.role}</span>}
              <span className="soft small block">
                used <Time at={c.seen} none="never" /> · ends <Time at={c.expires} />
              </span>
            </td>
            <td className="num">
              {c.revoked ? (
                <span className="mark">revoked</span>
              ) : (
                <Action act={() => end(c.id)} changes={[changes]}>
                  {word}
                </Action>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const day = 86_400_000
const roles = ['viewer', 'analyst', 'approver', 'admin'] as const

function NewToken({ me }: { me: Me }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Me['role']>('viewer')
  const [until, setUntil] = useState(() => toDateField(new Date(Date.now() + 90 * day)))
  const [secret, setSecret] = useState<string | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const expires = endOfDay(until)
    if (!expires) return
    try {
      const made = await send('post', '/api/v1/tokens', { body: { name: name.trim(), role, expires: expires.toISOString() } })
      setSecret(made.secret)
      setName('')
      await client.invalidateQueries({ queryKey: ['/api/v1/tokens'] })
    } catch (error) {
      tellError(error)
    }
  }
  return (
    <Panel title="New token">
      <form onSubmit={(e) => void submit(e)} className="stack">
        <TextInput
          label="Name"
          description="What it is for"
          required
          maxLength={200}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Select
          label="Role"
          data={roles.slice(0, roles.indexOf(me.role) + 1)}
          value={role}
          allowDeselect={false}
          onChange={(v) => setRole(v as Me['role'])}
        />
        <TextInput
          label="Until the end of"
          type="date"
          required
          value={until}
          onChange={(e) => setUntil(e.currentTarget.value)}
        />
        <div>
          <Button type="submit" size="xs" disabled={name.trim() === ''}>
            Make the token
          </Button>
        </div>
      </form>
      <Secret what="Your new token" value={secret} onClose={() => setSecret(null)} />
    </Panel>
  )
}

const leastLength = 12

function Password() {
  const [old, setOld] = useState('')
  const [fresh, setFresh] = useState('')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      await send('post', '/api/v1/me/password', { body: { old, new: fresh } })
      notifications.show({ color: 'teal', message: 'Your password has changed' })
      setOld('')
      setFresh('')
    } catch (error) {
      tellError(error)
    }
  }
  return (
    <Panel title="Password">
      <form onSubmit={(e) => void submit(e)} className="stack">
        <PasswordInput
          label="The one you have"
          autoComplete="current-password"
          required
          value={old}
          onChange={(e) => setOld(e.currentTarget.value)}
        />
        <PasswordInput
          label="The new one"
          description={`At least ${leastLength} characters`}
          autoComplete="new-password"
          required
          minLength={leastLength}
          value={fresh}
          onChange={(e) => setFresh(e.currentTarget.value)}
        />
        <div>
          <Button type="submit" size="xs" disabled={old === '' || fresh.length < leastLength}>
            Change it
          </Button>
        </div>
      </form>
    </Panel>
  )
}

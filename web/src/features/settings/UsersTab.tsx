import { Button, Modal, Select, TagsInput, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { send } from '@/api/client'
import { useGet } from '@/api/query'
import { useMe } from '@/api/session'
import type { Me, User } from '@/api/types'
import { Action, tellError } from '@/components/Action'
import { Panel } from '@/components/Page'
import { Answer } from '@/components/States'
import { Time } from '@/components/Time'
import { visible } from '@/lib/text'
import { Secret } from './Secret'

const roles = ['viewer', 'analyst', 'approver', 'admin']
const changed = ['/api/v1/users']

export function UsersTab() {
  const users = useGet('/api/v1/users')
  const [adding, setAdding] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <div className="stack">
      <div>
        <Button size="xs" leftSection={<IconPlus size={14} aria-hidden="true" />} onClick={() => setAdding(true)}>
          Add a user
        </Button>
      </div>
      <Answer of={users}>
        {(data) => (
          <Panel flush>
            <div className="scroll-x">
              <table className="simple">
                <thead>
                  <tr>
                    <th>Name</th>
                    <th>Role</th>
                    <th className="wide-only">Sees</th>
                    <th className="wide-only">Signs in with</th>
                    <th className="wide-only">Last seen</th>
                    <th className="hidden-text">Change</th>
                  </tr>
                </thead>
                <tbody>
                  {data.items.map((u) => (
                    <Row key={u.id} of={u} show={setSecret} />
                  ))}
                </tbody>
              </table>
            </div>
          </Panel>
        )}
      </Answer>
      <AddUser opened={adding} onClose={() => setAdding(false)} show={setSecret} />
      <Secret what="The new password" value={secret} onClose={() => setSecret(null)} />
    </div>
  )
}

function Row({ of, show }: { of: User; show: (secret: string) => void }) {
  const me = useMe()
  const client = useQueryClient()
  const change = async (body: { role?: User['role']; disabled?: boolean }) => {
    try {
      await send('patch', '/api/v1/users/{id}', { path: { id: of.id } as never, body })
    } catch (error) {
      tellError(error)
    }
    await client.invalidateQueries({ queryKey: changed })
  }
  const self = of.id === me?.id
  return (
    <tr>
      <td>
        {visible(of.name)} {self && <span className="soft small">you</span>}{' '}
        {of.disabled && <span className="mark">disabled</span>}
        {of.email && <span className="soft small block">{visible(of.email)}</span>}
      </td>
      <td>
        <Select
          size="xs"
          w={120}
          aria-label={`Role of ${visible(of.name)}`}
          data={roles}
          value={of.role}
          allowDeselect={false}
          disabled={self}
          onChange={(v) => void change({ role: v as User['role'] })}
        />
      </td>
      <td className="wide-only small">
        {of.accounts ? `accounts ${of.accounts.join(', ') || 'none'}` : 'all accounts'},{' '}
        {of.owners ? `owners ${of.owners.map(visible).join(', ') || 'none'}` : 'all owners'}
      </td>
      <td className="wide-only small">{of.local ? 'a password' : visible(of.issuer ?? 'the identity provider')}</td>
      <td className="wide-only">
        <Time at={of.seen} none="never" />
      </td>
      <td>
        <span className="row tight">
          {of.local && (
            <Action
              act={async () => show((await send('post', '/api/v1/users/{id}/password', { path: { id: of.id } })).password)}
              changes={changed}
            >
              New password
            </Action>
          )}
          {!self && (
            <Button size="compact-sm" variant="default" onClick={() => void change({ disabled: !of.disabled })}>
              {of.disabled ? 'Enable' : 'Disable'}
            </Button>
          )}
        </span>
      </td>
    </tr>
  )
}

function AddUser({ opened, onClose, show }: { opened: boolean; onClose: () => void; show: (secret: string) => void }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Me['role']>('viewer')
  const [accounts, setAccounts] = useState<string[]>([])
  const [owners, setOwners] = useState<string[]>([])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      const made = await send('post', '/api/v1/users', {
        body: {
          name: name.trim(),
          role,
          accounts: accounts.length > 0 ? accounts : null,
          owners: owners.length > 0 ? owners : null,
        },
      })
      await client.invalidateQueries({ queryKey: changed })
      setName('')
      onClose()
      show(made.password)
    } catch (error) {
      tellError(error)
    }
  }
  return (
    <Modal opened={opened} onClose={onClose} title="Add a user">
      <form onSubmit={(e) => void submit(e)} className="stack">
        <TextInput
          label="Name"
          required
          maxLength={200}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
          data-autofocus
        />
        <Select label="Role" data={roles} value={role} allowDeselect={false} onChange={(v) => setRole(v as Me['role'])} />
        <TagsInput label="Only these accounts" description="All when left empty" value={accounts} onChange={setAccounts} />
        <TagsInput label="Only these owners" description="All when left empty" value={owners} onChange={setOwners} />
        <div className="row spread">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={name.trim() === ''}>
            Add
          </Button>
        </div>
      </form>
    </Modal>
  )
}

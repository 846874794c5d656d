import { Button, Modal, MultiSelect, Select, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { send } from '@/api/client'
import { useGet, useList } from '@/api/query'
import { useMay } from '@/api/session'
import type { Baseline } from '@/api/types'
import { Action, tellError } from '@/components/Action'
import { ExportMenu } from '@/components/ExportMenu'
import { Page, Panel } from '@/components/Page'
import { Answer, Empty, Failed, Loading } from '@/components/States'
import { Time } from '@/components/Time'
import { useFilters } from '@/lib/filters'
import { typeName, visible } from '@/lib/text'
import type { DriftSearch } from '@/routes/search'
import { DriftView } from './DriftView'

export function DriftPage() {
  const [search, set] = useFilters<DriftSearch>()
  const [making, setMaking] = useState(false)
  const may = useMay('analyst')
  const baselines = useGet('/api/v1/baselines')
  return (
    <Page
      title="Drift"
      about="What differs from a state that was declared to be right: since when, by whom, and whether it made things worse."
      actions={
        may && (
          <Button size="xs" leftSection={<IconPlus size={14} aria-hidden="true" />} onClick={() => setMaking(true)}>
            Declare a baseline
          </Button>
        )
      }
    >
      <Answer of={baselines}>
        {(data) => {
          const chosen = data.items.find((b) => b.id === search.baseline) ?? data.items[0]
          if (!chosen)
            return (
              <Empty title="No baseline yet">
                Declare the state of a moment to be right; what differs from then on shows here.
              </Empty>
            )
          return (
            <>
              <div className="row">
                <Select
                  size="xs"
                  w={320}
                  aria-label="Baseline"
                  data={data.items.map((b) => ({ value: b.id, label: visible(b.name) }))}
                  value={chosen.id}
                  allowDeselect={false}
                  onChange={(v) => set({ baseline: v ?? undefined })}
                />
                <span className="soft small">
                  <Scope of={chosen} />, as of <Time at={chosen.moment} as="moment" />, declared by {visible(chosen.by)}
                </span>
                {may && (
                  <Action
                    act={() => send('delete', '/api/v1/baselines/{id}', { path: { id: chosen.id } })}
                    changes={['/api/v1/baselines']}
                    done="The baseline has ended"
                  >
                    End it
                  </Action>
                )}
              </div>
              <DriftOf baseline={chosen.id} />
            </>
          )
        }}
      </Answer>
      <NewBaseline opened={making} onClose={() => setMaking(false)} />
    </Page>
  )
}

function Scope({ of }: { of: Baseline }) {
  const parts = [
    ...(of.accounts?.length
      ? [`${of.accounts.length === 1 ? `account ${of.accounts[0]}` : `${of.accounts.length} accounts`}`]
      : []),
    ...(of.types?.length ? [of.types.length === 1 ? typeName(of.types[0] ?? '') : `${of.types.length} types`] : []),
    ...(of.resources?.length ? [`${of.resources.length} resources`] : []),
  ]
  return <>{parts.length > 0 ? parts.map(visible).join(', ') : 'Everything'}</>
}

function DriftOf({ baseline }: { baseline: string }) {
  const list = useList('/api/v1/drift', { baseline, limit: 50 })
  if (list.isPending) return <Loading />
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />
  if (list.rows.length === 0)
    return (
      <Panel>
        <Empty title="No drift">Everything is as it was declared.</Empty>
      </Panel>
    )
  return (
    <div className="stack">
      <DriftView rows={list.rows} />
      <div className="row spread">
        {list.more ? (
          <Button size="xs" variant="default" onClick={list.more}>
            More
          </Button>
        ) : (
          <span className="soft small">All {list.rows.length} shown</span>
        )}
        <ExportMenu source={list.source} file="drift" />
      </div>
    </div>
  )
}

function NewBaseline({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const client = useQueryClient()
  const accounts = useGet('/api/v1/tally', { by: 'account' }, { enabled: opened })
  const types = useGet('/api/v1/tally', { by: 'type' }, { enabled: opened })
  const [name, setName] = useState('')
  const [moment, setMoment] = useState('')
  const [inAccounts, setAccounts] = useState<string[]>([])
  const [ofTypes, setTypes] = useState<string[]>([])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      await send('post', '/api/v1/baselines', {
        body: {
          name: name.trim(),
          moment: moment ? new Date(moment).toISOString() : undefined,
          accounts: inAccounts.length > 0 ? inAccounts : undefined,
          types: ofTypes.length > 0 ? ofTypes : undefined,
        },
      })
      await client.invalidateQueries({ queryKey: ['/api/v1/baselines'] })
      setName('')
      onClose()
    } catch (error) {
      tellError(error)
    }
  }
  return (
    <Modal opened={opened} onClose={onClose} title="Declare a baseline">
      <form onSubmit={(e) => void submit(e)} className="stack">
        <TextInput
          label="Name"
          required
          maxLength={200}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label="As of"
          description="Your time; now when left empty"
          type="datetime-local"
          value={moment}
          onChange={(e) => setMoment(e.currentTarget.value)}
        />
        <MultiSelect
          label="Accounts"
          description="All when none is chosen"
          searchable
          data={(accounts.data?.items ?? []).map((c) => c.name)}
          value={inAccounts}
          onChange={setAccounts}
        />
        <MultiSelect
          label="Types"
          description="All when none is chosen"
          searchable
          data={(types.data?.items ?? []).map((c) => ({ value: c.name, label: typeName(c.name) }))}
          value={ofTypes}
          onChange={setTypes}
        />
        <div className="row spread">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={name.trim() === ''}>
            Declare
          </Button>
        </div>
      </form>
    </Modal>
  )
}

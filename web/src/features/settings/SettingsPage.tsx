import { Tabs } from '@mantine/core'
import { useGet } from '@/api/query'
import { useMay } from '@/api/session'
import { Facts, Page, Panel } from '@/components/Page'
import { Answer } from '@/components/States'
import { useFilters } from '@/lib/filters'
import { capital, visible } from '@/lib/text'
import type { SettingsSearch } from '@/routes/search'
import { AccountTab } from './AccountTab'
import { AuditTab } from './AuditTab'
import { UsersTab } from './UsersTab'

export function SettingsPage() {
  const [search, set] = useFilters<SettingsSearch>()
  const admin = useMay('admin')
  const tab = search.tab ?? 'account'
  return (
    <Page title="Settings">
      <Tabs
        value={tab}
        onChange={(v) =>
          set({ tab: v === 'account' ? undefined : (v as SettingsSearch['tab']), actor: undefined, action: undefined })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="account">You</Tabs.Tab>
          {admin && <Tabs.Tab value="users">Users</Tabs.Tab>}
          {admin && <Tabs.Tab value="audit">Audit log</Tabs.Tab>}
          {admin && <Tabs.Tab value="configuration">Configuration</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="account">
          <AccountTab />
        </Tabs.Panel>
        <Tabs.Panel value="users">
          <UsersTab />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <AuditTab search={search} set={set} />
        </Tabs.Panel>
        <Tabs.Panel value="configuration">
          <Configuration />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

function Configuration() {
  const settings = useGet('/api/v1/settings')
  return (
    <Answer of={settings}>
      {(data) => (
        <div className="stack">
          <p className="soft">
            Stance {data.version}. The server is configured by its flags and files; this shows what it was started with. Secrets
            say only whether they are set.
          </p>
          {data.sections.map((s) => (
            <Panel key={s.name} title={capital(s.name)}>
              <Facts
                of={s.items.map((i) => [
                  i.name,
                  <span key={i.name}>{i.value ? visible(i.value) : <span className="soft">not set</span>}</span>,
                ])}
              />
            </Panel>
          ))}
        </div>
      )}
    </Answer>
  )
}

import { Tabs } from '@mantine/core'
import { send } from '@/api/client'
import { useMay } from '@/api/session'
import { Action } from '@/components/Action'
import { Page } from '@/components/Page'
import { useFilters } from '@/lib/filters'
import type { WorkSearch } from '@/routes/search'
import { CoverageTab } from './CoverageTab'
import { DeliveriesTab, EventsTab } from './EventTabs'
import { JobsTab } from './JobsTab'

export function WorkPage() {
  const [search, set] = useFilters<WorkSearch>()
  const may = useMay('analyst')
  const tab = search.tab ?? 'coverage'
  return (
    <Page
      title="Jobs & coverage"
      about="What was read and what was not and why, what the server does now, and what it told to whom."
      actions={
        may && (
          <Action
            act={() => send('post', '/api/v1/scans', { body: { class: 'everything' } })}
            changes={['/api/v1/jobs']}
            done="A reading of all accounts was asked for"
          >
            Read everything now
          </Action>
        )
      }
    >
      <Tabs
        value={tab}
        onChange={(v) =>
          set({
            tab: v === 'coverage' ? undefined : (v as WorkSearch['tab']),
            status: undefined,
            state: undefined,
            kind: undefined,
            account: undefined,
            type: undefined,
          })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="coverage">Coverage</Tabs.Tab>
          <Tabs.Tab value="jobs">Jobs</Tabs.Tab>
          <Tabs.Tab value="deliveries">Deliveries</Tabs.Tab>
          <Tabs.Tab value="events">Events</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="coverage">
          <CoverageTab search={search} set={set} />
        </Tabs.Panel>
        <Tabs.Panel value="jobs">
          <JobsTab search={search} set={set} />
        </Tabs.Panel>
        <Tabs.Panel value="deliveries">
          <DeliveriesTab search={search} set={set} />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <EventsTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

import { Tabs } from '@mantine/core'
import { useGet } from '@/api/query'
import { Search } from '@/components/Filters'
import { Page } from '@/components/Page'
import { Answer } from '@/components/States'
import { useFilters } from '@/lib/filters'
import type { FixesSearch } from '@/routes/search'
import { AsideView } from './AsideView'
import { CampaignsView } from './CampaignsView'
import { FixesView } from './FixesView'

export function FixesPage() {
  const [search, set] = useFilters<FixesSearch>()
  const fixes = useGet('/api/v1/fixes')
  const tab = search.tab ?? 'fixes'
  const campaigns = useGet('/api/v1/campaigns', undefined, { enabled: tab === 'campaigns' })
  return (
    <Page
      title="Fixes & campaigns"
      about="Fixes cut ways of attackers; the one that removes most risk soonest stands first. Campaigns are changes of one kind in many places, none of them on a way."
    >
      <Tabs
        value={tab}
        onChange={(v) => set({ tab: v === 'fixes' ? undefined : (v as FixesSearch['tab']), fix: undefined })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="fixes">Fixes{fixes.data ? ` (${fixes.data.items.length})` : ''}</Tabs.Tab>
          <Tabs.Tab value="campaigns">Campaigns</Tabs.Tab>
          <Tabs.Tab value="aside">Set aside</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="fixes">
          <Answer of={fixes}>
            {(data) => (
              <FixesView fixes={data.items} shortlist={data.shortlist ?? null} open={search.fix} onOpen={(fix) => set({ fix })} />
            )}
          </Answer>
        </Tabs.Panel>
        <Tabs.Panel value="campaigns">
          <div className="stack">
            <Search value={search.text} onChange={(text) => set({ text })} placeholder="Search campaigns" />
            <Answer of={campaigns}>{(data) => <CampaignsView campaigns={data.items} text={search.text ?? ''} />}</Answer>
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="aside">
          <Answer of={fixes}>{(data) => <AsideView shortlist={data.shortlist ?? null} />}</Answer>
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

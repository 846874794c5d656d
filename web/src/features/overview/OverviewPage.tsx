import { useGet } from '@/api/query'
import { Page } from '@/components/Page'
import { Answer } from '@/components/States'
import { OverviewView } from './OverviewView'

const renewal = 60_000 // milliseconds; the stream tells of what matters before that

export function OverviewPage() {
  const overview = useGet('/api/v1/overview', undefined, { refetchInterval: renewal })
  return (
    <Page title="Overview">
      <Answer of={overview} lines={12}>
        {(data) => <OverviewView of={data} />}
      </Answer>
    </Page>
  )
}

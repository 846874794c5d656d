import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconClockPause } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { send } from '@/api/client'
import { useGet } from '@/api/query'
import { useMay } from '@/api/session'
import { AcceptRisk } from '@/components/AcceptRisk'
import { Page } from '@/components/Page'
import { Answer } from '@/components/States'
import { useFilters } from '@/lib/filters'
import { visible } from '@/lib/text'
import type { IssueSearch } from '@/routes/search'
import { IssueView } from './IssueView'

const soon = 4000 // milliseconds

export function IssuePage() {
  const { key } = useParams({ strict: false }) as { key: string }
  const [search, set] = useFilters<IssueSearch>()
  const [accepting, setAccepting] = useState(false)
  const client = useQueryClient()
  const may = useMay('analyst')
  const active = useGet('/api/v1/exceptions', { state: 'active', limit: 200 })
  const approved = active.data?.items.find((e) => e.subject === 'issue' && e.key === key)
  const issue = useGet('/api/v1/issues/{key}', undefined, {
    params: { key },
    // A decision counts some seconds after it was made.
    refetchInterval: (q) => ((approved !== undefined) !== (q.state.data?.exception !== undefined) ? soon : false),
  })
  const fixes = useGet('/api/v1/fixes', undefined, { staleTime: 60_000 })
  const exceptionId = issue.data?.exception
  const exception = useGet('/api/v1/exceptions/{id}', undefined, { params: { id: exceptionId ?? '' }, enabled: !!exceptionId })
  const findings = useGet(
    '/api/v1/findings',
    { key: issue.data?.findings ?? [], state: 'all', limit: 200 },
    { enabled: (issue.data?.findings?.length ?? 0) > 0, keep: true },
  )
  const waiting = useGet('/api/v1/exceptions', { state: 'waiting', limit: 200 })
  const submit = async (reason: string, expires: string) => {
    await send('post', '/api/v1/exceptions', { body: { subject: 'issue', key, reason, expires } })
    notifications.show({
      color: 'teal',
      title: 'Asked for',
      message: 'It counts once somebody with the role approver has approved it.',
    })
    await client.invalidateQueries({ predicate: (q) => /exceptions|issues/.test(String(q.queryKey[0])) })
  }
  const open = issue.data && !issue.data.until && !issue.data.exception && !approved
  return (
    <Page
      title={issue.data ? visible(issue.data.title) : 'Issue'}
      above={<Link to="/issues">Issues</Link>}
      actions={
        open && may ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconClockPause size={15} aria-hidden="true" />}
            onClick={() => setAccepting(true)}
          >
            Accept risk
          </Button>
        ) : undefined
      }
    >
      <Answer of={issue} lines={12}>
        {(data) => (
          <IssueView
            issue={data}
            fixes={fixes.data?.items ?? []}
            findings={findings.data?.items}
            exception={exception.data ?? approved}
            waiting={waiting.data?.items.find((e) => e.subject === 'issue' && e.key === key)}
            step={(search.step ?? 1) - 1}
            onStep={(step) => set({ step: step > 0 ? step + 1 : undefined })}
          />
        )}
      </Answer>
      <AcceptRisk
        opened={accepting}
        onClose={() => setAccepting(false)}
        what={visible(issue.data?.title ?? '')}
        submit={submit}
      />
    </Page>
  )
}

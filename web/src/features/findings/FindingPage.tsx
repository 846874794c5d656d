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
import { SeverityPill } from '@/components/Severity'
import { Answer } from '@/components/States'
import { visible } from '@/lib/text'
import { FindingView } from './FindingView'

export function FindingPage() {
  const { key } = useParams({ strict: false }) as { key: string }
  const finding = useGet('/api/v1/findings/{key}', undefined, { params: { key } })
  const [accepting, setAccepting] = useState(false)
  const may = useMay('analyst')
  const client = useQueryClient()
  const f = finding.data
  const submit = async (reason: string, expires: string) => {
    await send('post', '/api/v1/exceptions', { body: { subject: 'finding', key, reason, expires } })
    notifications.show({
      color: 'teal',
      title: 'Asked for',
      message: 'It counts once somebody with the role approver has approved it.',
    })
    await client.invalidateQueries({ predicate: (q) => /exceptions|findings/.test(String(q.queryKey[0])) })
  }
  return (
    <Page
      title={f ? f.message || f.title : 'Finding'}
      above={<Link to="/findings">Findings</Link>}
      about={f?.message ? visible(f.title) : undefined}
      mark={f && <SeverityPill severity={f.severity} />}
      actions={
        f && !f.until && !f.exception && may ? (
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
      <Answer of={finding}>{(data) => <FindingView of={data} />}</Answer>
      <AcceptRisk
        opened={accepting}
        onClose={() => setAccepting(false)}
        what={visible(f?.message || f?.title || '')}
        submit={submit}
      />
    </Page>
  )
}

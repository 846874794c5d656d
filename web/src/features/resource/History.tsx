import { Button } from '@mantine/core'
import type { Version } from '@/api/types'
import { Differences } from '@/components/Differences'
import { Panel } from '@/components/Page'
import { Cause } from '@/components/Resource'
import { Empty } from '@/components/States'
import { Time } from '@/components/Time'

/** How a resource changed, newest first, with what differs and who changed it. */
export function History({ versions, more }: { versions: Version[]; more: (() => void) | undefined }) {
  if (versions.length === 0) return <Empty title="No history" />
  return (
    <div className="stack">
      {versions.map((v, i) => {
        const gone = v.body === null || v.body === undefined
        const first = i === versions.length - 1 && !more
        return (
          <Panel
            key={v.from}
            title={
              <span>
                {gone ? 'Gone' : first ? 'First seen' : 'Changed'} <Time at={v.from} as="moment" />
              </span>
            }
            aside={<Cause of={v.cause} />}
          >
            {gone ? (
              <p className="soft">It was no longer there.</p>
            ) : first ? (
              <p className="soft">What was there before is not known.</p>
            ) : (
              <Differences of={v.changes} cut={v.cut} />
            )}
          </Panel>
        )
      })}
      {more && (
        <Button variant="default" size="xs" onClick={more}>
          Older versions
        </Button>
      )}
    </div>
  )
}

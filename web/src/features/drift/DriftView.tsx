import type { Drifted } from '@/api/types'
import { Differences } from '@/components/Differences'
import { Panel } from '@/components/Page'
import { Cause, ResourceLink } from '@/components/Resource'
import { Time } from '@/components/Time'
import { counted } from '@/lib/number'

const effects: Record<Drifted['effect'], [string, string]> = {
  worse: ['mark bad', 'worse'],
  better: ['mark good', 'better'],
  mixed: ['mark warn', 'worse and better'],
  none: ['mark', 'no finding moved'],
}

export function DriftView({ rows }: { rows: Drifted[] }) {
  return rows.map((d) => {
    const [tone, word] = effects[d.effect]
    return (
      <Panel
        key={`${d.resource.account} ${d.resource.id}`}
        title={
          <span className="row">
            <span className={d.kind === 'added' ? 'mark good' : d.kind === 'gone' ? 'mark' : 'mark blue'}>{d.kind}</span>
            <ResourceLink of={d.resource} />
          </span>
        }
        aside={
          <span className="row">
            <span className={tone}>{word}</span>
            <span className="wide-only">
              <Cause of={d.cause} />
            </span>
            <Time at={d.since} />
          </span>
        }
      >
        {d.kind === 'changed' && <Differences of={d.changes} cut={d.cut} />}
        {d.kind === 'added' && <p className="soft">It was not there.</p>}
        {d.kind === 'gone' && <p className="soft">It was there, and is gone.</p>}
        {(d.opened > 0 || d.resolved > 0) && (
          <p className="small soft">
            {counted(d.opened, 'finding')} opened, {counted(d.resolved, 'finding')} resolved since
          </p>
        )}
      </Panel>
    )
  })
}

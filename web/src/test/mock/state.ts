import type {
  AuditEntry,
  Baseline,
  Campaign,
  Coverage,
  Exception,
  Finding,
  FixPlan,
  FrameworkDetail,
  Issue,
  Job,
  Me,
  Resource,
  SavedQuery,
  Shortlist,
} from '@/api/types'
import demo from './demo.json'

// What the server of tests and pictures knows: the example company, as stance read it.

interface Whole {
  id: string
  type: string
  cloud: string
  account: string
  region: string
  name: string
  created?: string
  config: unknown
  relations?: { kind: string; target: string }[]
}

const hour = 3_600_000
export const now = Date.now()
export const ago = (hours: number): string => new Date(now - hours * hour).toISOString()

const raw = demo as unknown as {
  issues: Issue[]
  fixes: FixPlan[]
  campaigns: Campaign[]
  findings: Finding[]
  checks: { id: string; title: string }[]
  resources: Whole[]
  coverage: Coverage[]
  frameworks: FrameworkDetail[]
  queries: SavedQuery[]
  shortlist: Shortlist
}

export const issues: Issue[] = raw.issues.map((i, n) => ({
  ...i,
  since: ago(20 + 31 * n),
  regressed: n === 3,
  due: n < 4 ? ago(-72 - 24 * n) : undefined,
  accounts: [
    ...new Set(i.resources.flatMap((r) => (r.startsWith('arn:') && r.split(':')[4] ? [r.split(':')[4] as string] : []))),
  ],
}))
export const findings: Finding[] = raw.findings.map((f, n) => ({
  ...f,
  since: ago(2 + 13 * n),
  regressed: n % 17 === 3,
  cause:
    n % 5 === 0
      ? { actor: 'arn:aws:iam::003316759062:user/carla', call: 's3:PutBucketPolicy', event: 'e', happened: ago(2 + 13 * n) }
      : undefined,
}))
const failing = (id: string): Record<string, number> => {
  const out: Record<string, number> = {}
  for (const f of findings) if (f.resource.id === id && f.status === 'fail') out[f.severity] = (out[f.severity] ?? 0) + 1
  return out
}
const hostile: Whole = {
  id: 'arn:aws:s3:::<img src=x onerror=alert(1)>\u202egnp.exe-and-a-name-that-goes-on-and-on-without-any-end-to-it-at-all',
  type: 'aws_s3_bucket',
  cloud: 'aws',
  account: '003316759062',
  region: 'eu-west-1',
  name: '<img src=x onerror=alert(1)>\u202egnp.exe-and-a-name-that-goes-on-and-on-without-any-end-to-it-at-all',
  config: { policy: '"><script>alert(1)</script>' },
}
export const bodies: Whole[] = [...raw.resources, hostile]
export const resources: Resource[] = bodies.map((r, n) => ({
  id: r.id,
  type: r.type,
  cloud: r.cloud,
  account: r.account,
  region: r.region,
  name: r.name,
  owner: n % 3 === 0 ? 'shop' : undefined,
  environment: n % 2 ? 'production' : undefined,
  data_class: r.type.includes('bucket') ? 'restricted' : undefined,
  public: n % 19 === 2,
  since: ago(900),
  changed: ago(5 + 7 * n),
  failing: failing(r.id),
}))
export const { fixes, campaigns, coverage, frameworks, queries, shortlist, checks } = raw

export const me: Me = { id: 'u1', name: 'admin', role: 'admin', accounts: null, owners: null, local: true, kind: 'session' }

export const exceptions: Exception[] = [
  {
    id: 'x1',
    subject: 'check',
    key: 'aws-s3-bucket-logging',
    accounts: ['003316759062'],
    reason: 'Access is logged by CloudTrail data events instead.',
    by: 'carla',
    approved: 'admin',
    created: ago(300),
    expires: ago(-900),
  },
  {
    id: 'x2',
    subject: 'issue',
    key: issues[2]?.key ?? '',
    reason: 'The export job moves to the new platform in December; until then its role stays.',
    by: 'dan',
    created: ago(5),
    expires: ago(-700),
  },
  {
    id: 'x3',
    subject: 'finding',
    key: findings[4]?.key ?? '',
    reason: 'Test data only.',
    by: 'erik',
    approved: 'admin',
    created: ago(2000),
    expires: ago(400),
  },
]

export const baselines: Baseline[] = [
  { id: 'b1', name: 'After the audit of November', moment: ago(400), by: 'admin', created: ago(400) },
  { id: 'b2', name: 'Production buckets', moment: ago(100), types: ['aws_s3_bucket'], by: 'carla', created: ago(100) },
]

export const jobs: Job[] = Array.from({ length: 40 }, (_, n) => ({
  id: 1000 - n,
  kind: ['scope', 'alert', 'review', 'sweep'][n % 4] ?? 'scope',
  queue: 'default',
  args: { cloud: 'aws', account: '003316759062', region: 'eu-west-1', type: coverage[n % coverage.length]?.type },
  state: n < 3 ? 'running' : n === 5 ? 'retryable' : n === 9 ? 'discarded' : 'completed',
  attempt: n === 5 ? 3 : 1,
  attempts: 25,
  created: ago(n / 6),
  scheduled: ago(n / 6),
  began: ago(n / 6),
  ended: n < 3 ? undefined : ago(n / 6 - 0.002),
  error: n === 5 || n === 9 ? 'throttled: the cloud kept refusing for rate' : undefined,
}))

export const audit: AuditEntry[] = Array.from({ length: 30 }, (_, n) => ({
  seq: 30 - n,
  at: ago(n * 3),
  actor: ['admin', 'carla', 'dan'][n % 3] ?? 'admin',
  action: ['exception.create', 'exception.approve', 'scan.start', 'user.create', 'session.open'][n % 5] ?? '',
  subject: ['issue 9762f1a55d1e', 'x1', 'everything', 'erik', 'admin'][n % 5] ?? '',
  detail: n % 5 === 0 ? { reason: 'Moves in December' } : undefined,
  address: '127.0.0.1',
  hash: `${(n * 7919).toString(16).padStart(8, '0')}aa`,
}))

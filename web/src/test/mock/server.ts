import type { Change, CoursePoint, GraphAnswer, Overview, SessionState } from '@/api/types'
import {
  ago,
  audit,
  baselines,
  bodies,
  campaigns,
  checks,
  coverage,
  exceptions,
  findings,
  fixes,
  frameworks,
  issues,
  jobs,
  me,
  queries,
  resources,
  shortlist,
} from './state'

// Answers requests like the server does, as far as pages and their tests need it.

export interface Reply {
  status: number
  body?: unknown
}

type Handler = (query: URLSearchParams, body: unknown, part: string) => Reply | unknown

let signedIn = true
export const setSignedIn = (value: boolean): void => {
  signedIn = value
}

const session = (): SessionState => ({ user: signedIn ? me : undefined, csrf: 'csrf', version: '0.5.0' })
const problem = (status: number, code: string, detail: string): Reply => ({
  status,
  body: { status, code, title: code, detail, request: 'r-1' },
})
const page =
  (all: readonly unknown[]): Handler =>
  (query) => {
    const from = Number(query.get('cursor') ?? 0)
    const limit = Number(query.get('limit') ?? 50)
    return {
      items: all.slice(from, from + limit),
      next: from + limit < all.length ? String(from + limit) : undefined,
      total: query.get('total') ? all.length : undefined,
    }
  }
const matching = <T>(all: readonly T[], query: URLSearchParams, fields: Record<string, (row: T) => string | undefined>): T[] => {
  const text = query.get('text')?.toLowerCase()
  return all.filter((row) => {
    if (text && !JSON.stringify(row).toLowerCase().includes(text)) return false
    return Object.entries(fields).every(
      ([name, of]) => query.getAll(name).length === 0 || query.getAll(name).includes(of(row) ?? ''),
    )
  })
}
const count = <T>(all: readonly T[], of: (row: T) => string) => {
  const counts = new Map<string, number>()
  for (const row of all) counts.set(of(row), (counts.get(of(row)) ?? 0) + 1)
  return { items: [...counts].map(([name, n]) => ({ name, count: n })).sort((a, b) => a.name.localeCompare(b.name)) }
}

const failing = findings.filter((f) => f.status === 'fail')
const trend: CoursePoint[] = Array.from({ length: 31 }, (_, n) => ({
  at: ago((30 - n) * 24),
  risk: 2400 - 22 * n + 90 * Math.sin(n / 2.2),
  score: 71 + n / 4 + Math.sin(n / 3),
  issues: Math.round(25 - n / 3),
  findings: { critical: 4, high: 31 - Math.round(n / 4), medium: 60, low: 30 },
  unknown: 140 - n,
  resources: 625,
}))
const changes: Change[] = resources.slice(0, 14).map((r, n) => ({
  resource: r,
  kind: ['changed', 'added', 'gone'][n % 3] ?? 'changed',
  at: ago(n * 1.4 + 0.1),
  cause:
    n % 2
      ? { run: 'r1' }
      : { actor: 'arn:aws:iam::003316759062:user/carla', call: 's3:PutBucketAcl', event: 'e1', happened: ago(n * 1.4 + 0.12) },
}))
const overview = (): Overview => ({
  at: ago(0),
  trend,
  issues: issues.slice(0, 7),
  issue_count: 25,
  open: count(failing, (f) => f.severity).items,
  resources: [{ name: 'aws', count: 625 }],
  coverage: {
    scopes: 1420,
    complete: 1376,
    failed: 6,
    skipped: 38,
    accounts: 5,
    unknowns: 212,
    oldest: ago(23),
    newest: ago(0.01),
  },
  changes,
  latency: { since: ago(24), count: 41, p50: 2.4, p95: 5.1, p99: 7.9 },
})

const graph = (): GraphAnswer => {
  const nodes = new Map<string, number>()
  const list: GraphAnswer['nodes'] = []
  const at = (id: string, name: string) => {
    const key = id || `entry:${name}`
    if (!nodes.has(key)) {
      nodes.set(key, list.length)
      list.push({ id: key, name, read: id !== '', account: id.split(':')[4] || undefined })
    }
    return nodes.get(key) as number
  }
  const paths = issues.slice(0, 9).map((i) => ({
    nodes: [at('', 'internet'), ...i.path.map((s) => at(s.to, s.to_name))],
    named: [0],
    perhaps: [],
    steps: i.path.map((s) => ({ kind: s.kind, backwards: false, attack: true, sure: s.low === s.high, label: s.kind })),
  }))
  return { nodes: list, paths, more: false, stopped: false, hidden: 0, known: ago(0.1) }
}

const identities = bodies
  .filter((r) => /aws_iam_(role|user)$/.test(r.type))
  .map((r, n) => ({
    arn: r.id,
    name: r.name,
    kind: r.type.slice(8),
    account: r.account,
    human: r.type.endsWith('user'),
    owner: n % 2 ? 'shop' : undefined,
    owner_evidence: [],
    created: ago(3000 + n),
    use: ['used', 'unused', 'unknown'][n % 3] ?? 'used',
    last_used: n % 3 === 0 ? ago(9 * n + 1) : undefined,
    keys: [],
    trusted_by: r.type.endsWith('role')
      ? [{ kind: 'service', who: 'ec2.amazonaws.com', foreign: n % 4 === 0, conditional: n % 2 === 0 }]
      : [],
    administrator: n % 7 === 0 ? true : n % 5 === 0 ? null : false,
    stores_readable: n % 6,
    stores_perhaps: n % 3,
    stores: 31,
  }))

const by = { layer: 'identity-policy', policy: 'arn:aws:iam::003316759062:policy/data', statement: 0, sid: 'Read' }
const detail = (f: (typeof frameworks)[number]) => {
  const states: Record<string, number> = {}
  for (const r of f.items) states[r.state] = (states[r.state] ?? 0) + 1
  return { ...f, states, requirements: f.items.length, partial: false }
}
const relations = (id: string, account: string) => [
  ...(bodies.find((r) => r.id === id)?.relations ?? []).map((r) => ({ from: { account, id }, kind: r.kind, to: r.target })),
  ...bodies.flatMap((b) =>
    (b.relations ?? [])
      .filter((r) => r.target === id)
      .map((r) => ({ from: { account: b.account, id: b.id }, kind: r.kind, to: id })),
  ),
]
const versions = [
  {
    from: ago(5),
    cause: { actor: 'arn:aws:iam::003316759062:user/carla', call: 's3:PutBucketAcl', happened: ago(5) },
    body: {},
    cut: false,
    changes: [
      { path: 'config.public_access_block.block_public_acls', before: true, after: false },
      { path: 'config.acl.grants[1]', after: { grantee: 'http://acs.amazonaws.com/groups/global/AllUsers', permission: 'READ' } },
      { path: 'tags.owner', before: 'shop', after: 'shop-team' },
    ],
  },
  {
    from: ago(400),
    until: ago(5),
    cause: { run: 'r1' },
    body: {},
    cut: false,
    changes: [{ path: 'config.versioning', before: 'Suspended', after: 'Enabled' }],
  },
  { from: ago(900), until: ago(400), cause: { run: 'r1' }, body: {}, cut: false, changes: [] },
]
const drifted = resources.slice(0, 5).map((r, n) => ({
  resource: r,
  kind: (['changed', 'added', 'gone'] as const)[n % 3] ?? 'changed',
  since: ago(6 * n + 2),
  cause: versions[n % 2]?.cause ?? {},
  changes: n % 3 === 0 ? (versions[n % 2]?.changes ?? []) : [],
  cut: false,
  opened: n,
  resolved: n % 2,
  effect: (['worse', 'mixed', 'none', 'better', 'worse'] as const)[n] ?? 'none',
}))

const gets: Record<string, Handler> = {
  '/auth/session': () => session(),
  '/api/v1/overview': overview,
  '/api/v1/issues': (q, b, p) =>
    page(
      matching(issues, q, {
        band: (i) => i.score.band,
        class: (i) => i.class,
        owner: (i) => i.owner,
        account: (i) => i.accounts[0],
      }),
    )(q, b, p),
  '/api/v1/issues/': (_q, _b, key) => issues.find((i) => i.key === key) ?? problem(404, 'not-found', 'there is no such issue'),
  '/api/v1/fixes': () => ({ items: fixes, shortlist }),
  '/api/v1/campaigns': () => ({ items: campaigns }),
  '/api/v1/findings': (q, b, p) =>
    page(
      matching(q.get('state') === 'unknown' ? findings.filter((f) => f.status === 'unknown') : failing, q, {
        severity: (f) => f.severity,
        check: (f) => f.check,
        key: (f) => f.key,
        type: (f) => f.resource.type,
      }),
    )(q, b, p),
  '/api/v1/findings/': (_q, _b, key) => {
    const f = findings.find((x) => x.key === key)
    return f
      ? {
          ...f,
          about: checks.find((c) => c.id === f.check),
          requirements: [{ framework: 'cis-aws-7.0', requirement: '2.1.4', title: 'Block public access' }],
        }
      : problem(404, 'not-found', 'there is no such finding')
  },
  '/api/v1/open': (q) =>
    count(
      failing,
      (f) =>
        ({
          severity: f.severity as string,
          check: f.check,
          account: f.resource.account,
          type: f.resource.type,
          owner: f.context?.owner ?? '',
        })[q.get('by') ?? ''] ?? '',
    ),
  '/api/v1/checks': () => ({ items: checks }),
  '/api/v1/resources': (q, b, p) =>
    page(
      matching(resources, q, {
        type: (r) => r.type,
        account: (r) => r.account,
        region: (r) => r.region,
        owner: (r) => r.owner,
      }).filter((r) => !q.get('public') || r.public),
    )(q, b, p),
  '/api/v1/resource': (q) => {
    const r = resources.find((x) => x.id === q.get('id'))
    return r ? { ...r, body: bodies.find((x) => x.id === r.id) } : problem(404, 'not-found', 'there is no such resource')
  },
  '/api/v1/resource/versions': (q, b, p) => page(versions)(q, b, p),
  '/api/v1/resource/relations': (q, b, p) => page(relations(q.get('id') ?? '', q.get('account') ?? ''))(q, b, p),
  '/api/v1/resource/findings': (q, b, p) => page(findings.filter((f) => f.resource.id === q.get('id')))(q, b, p),
  '/api/v1/tally': (q) => count(resources, (r) => r[(q.get('by') ?? 'type') as 'type']),
  '/api/v1/identities': (q, b, p) => page(matching(identities, q, { kind: (i) => i.kind }))(q, b, p),
  '/api/v1/access/who-can': () => ({
    items: identities.slice(0, 8).map((i, n) => ({
      principal: i.arn,
      kind: i.kind,
      account: i.account,
      outside: n === 2,
      outcome: ['allow', 'conditional', 'unknown'][n % 3],
      by,
      residue: n % 3 === 1 ? 'aws:SourceVpc is vpc-1' : undefined,
      terms: [],
      unknown: [],
      trace: [],
    })),
    hidden: 0,
    known: ago(0.1),
  }),
  '/api/v1/access/what-can': (q) => ({
    principal: q.get('principal'),
    known: ago(0.1),
    items: ['s3', 'dynamodb', 'kms', 'ec2'].map((service, n) => ({
      service,
      levels: ['read', 'list'],
      actions: [`${service}:Get*`, `${service}:List*`, `${service}:Describe*`],
      all_of_service: n === 3,
      resource: n === 3 ? '*' : `arn:aws:${service}:::acme-orders*`,
      outcome: n === 1 ? 'conditional' : 'allow',
      terms: n === 1 ? 'aws:MultiFactorAuthPresent is true' : undefined,
      by: 'identity policy data',
    })),
  }),
  '/api/v1/access/explain': (q) => ({
    principal: q.get('principal'),
    action: q.get('action'),
    resource: q.get('resource'),
    outcome: 'conditional',
    by,
    residue: 'aws:SourceVpc is vpc-1',
    terms: [['aws:SourceVpc is vpc-1']],
    unknown: [{ path: 'policy', reason: 'denied', permission: 's3:GetBucketPolicy' }],
    known: ago(0.1),
    trace: [
      'service control policies of the organisation: FullAWSAccess allows',
      'permissions boundary: none',
      'identity policy data, statement Read: allows s3:GetObject on it when aws:SourceVpc is vpc-1',
      'resource policy: not read',
      'session policy: none',
    ],
  }),
  '/api/v1/queries': () => ({ items: queries }),
  '/api/v1/compliance': () => ({ items: frameworks.map(detail), partial: false }),
  '/api/v1/compliance/': (_q, _b, id) =>
    frameworks.map(detail).find((f) => f.id === id) ?? problem(404, 'not-found', 'there is no such framework'),
  '/api/v1/course': (q) => ({ group: q.get('group') ?? '', items: trend }),
  '/api/v1/baselines': () => ({ items: baselines }),
  '/api/v1/drift': (q, b, p) => page(drifted)(q, b, p),
  '/api/v1/changes': (q, b, p) => page(changes)(q, b, p),
  '/api/v1/exceptions': (q, b, p) =>
    page(
      exceptions.filter(
        (e) =>
          ({
            waiting: !e.approved && !e.ended,
            ended: !!e.ended || Date.parse(e.expires) < Date.now(),
            active: !!e.approved && !e.ended && Date.parse(e.expires) > Date.now(),
          })[q.get('state') ?? 'active'] ?? true,
      ),
    )(q, b, p),
  '/api/v1/exceptions/': (_q, _b, id) =>
    exceptions.find((e) => e.id === id) ?? problem(404, 'not-found', 'there is no such exception'),
  '/api/v1/coverage': (q, b, p) =>
    page(
      matching(coverage, q, { status: (c) => c.status, account: (c) => c.account, type: (c) => c.type }).map((c) => ({
        ...c,
        read: ago(0.3),
        whole: c.status === 'ok' || c.status === 'partial' ? ago(0.3) : undefined,
      })),
    )(q, b, p),
  '/api/v1/jobs': (q, b, p) => page(matching(jobs, q, { state: (j) => j.state }))(q, b, p),
  '/api/v1/deliveries': (q, b, p) =>
    page(
      Array.from({ length: 20 }, (_, n) => ({
        key: `d${n}`,
        channel: n % 2 ? 'slack-platform' : 'pager',
        message: { title: `New critical issue: ${issues[n % issues.length]?.title}` },
        not_before: ago(-0.1),
        tries: n === 2 ? 6 : 1,
        happened: ago(n + 0.002),
        created: ago(n),
        done: n === 1 ? undefined : ago(n - 0.001),
        state: n === 1 ? 'waiting' : n === 2 ? 'failed' : 'sent',
        error: n === 2 ? 'the channel answered 403' : undefined,
      })),
    )(q, b, p),
  '/api/v1/events/dead': (q, b, p) =>
    page(
      Array.from({ length: 4 }, (_, n) => ({
        id: `e${n}`,
        at: ago(n * 5),
        queue: 'stance-events',
        reason: 'it is no JSON: unexpected end',
        size: 812 + n,
        hash: 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3'.repeat(1),
      })),
    )(q, b, p),
  '/api/v1/events/latency': () => overview().latency,
  '/api/v1/users': () => ({
    items: [
      { ...me, created: ago(900), seen: ago(0.1) },
      {
        id: 'u2',
        name: 'carla',
        email: 'carla@example.com',
        role: 'approver',
        accounts: null,
        owners: ['shop'],
        local: false,
        issuer: 'https://login.example.com',
        created: ago(500),
        seen: ago(30),
      },
    ],
  }),
  '/api/v1/tokens': () => ({
    items: [
      {
        id: 't1',
        user: 'u1',
        kind: 'token',
        name: 'CI of the shop',
        role: 'viewer',
        created: ago(200),
        seen: ago(1),
        expires: ago(-1500),
      },
    ],
  }),
  '/api/v1/me/sessions': () => ({
    items: [{ id: 's1', user: 'u1', kind: 'session', created: ago(2), seen: ago(0), expires: ago(-10) }],
  }),
  '/api/v1/audit': (q, b, p) => page(matching(audit, q, { actor: (e) => e.actor, action: (e) => e.action }))(q, b, p),
  '/api/v1/audit/verify': () => ({ holds: true }),
  '/api/v1/settings': () => ({
    version: '0.5.0',
    sections: [
      {
        name: 'listen',
        items: [
          { name: 'Address', value: '127.0.0.1:8642' },
          { name: 'TLS', value: '' },
        ],
      },
      {
        name: 'store',
        items: [
          { name: 'Database', value: 'sqlite' },
          { name: 'Retention', value: '400 days' },
        ],
      },
      { name: 'alerts', items: [{ name: 'Slack webhook', value: 'set' }] },
    ],
  }),
}

const posts: Record<string, Handler> = {
  '/auth/login': (_q, body) => {
    const { password } = body as { password: string }
    if (password === 'wrong') return problem(401, 'unauthorized', 'the name or the password is wrong')
    signedIn = true
    return session()
  },
  '/auth/logout': () => {
    signedIn = false
    return session()
  },
  '/api/v1/graph': graph,
  '/api/v1/exceptions': (_q, body) => {
    const e = {
      ...(body as { subject: string; key: string; reason: string; expires: string }),
      id: `x${exceptions.length + 1}`,
      by: me.name,
      created: ago(0),
    }
    exceptions.push(e)
    return { status: 201, body: e }
  },
}

const isReply = (v: unknown): v is Reply => typeof v === 'object' && v !== null && 'status' in v && typeof v.status === 'number'

/** Answers one request. */
export function answer(method: string, address: string, body?: unknown): Reply {
  const url = new URL(address, 'http://localhost')
  if (!signedIn && url.pathname.startsWith('/api/')) return problem(401, 'unauthorized', 'nobody is signed in')
  const table = method === 'GET' ? gets : posts
  const parent = url.pathname.replace(/[^/]+$/, '')
  const handler = table[url.pathname] ?? table[parent]
  if (!handler) return method === 'GET' ? problem(404, 'not-found', `there is no ${url.pathname}`) : { status: 204 }
  const out = handler(url.searchParams, body, decodeURIComponent(url.pathname.slice(parent.length)))
  return isReply(out) ? out : { status: 200, body: out }
}

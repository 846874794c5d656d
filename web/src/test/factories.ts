import type { Finding, Issue, PathStep, Resource, Transition } from '@/api/types'

// Whole objects for tests, of which a test names only what it is about.

const ref = {
  id: 'arn:aws:s3:::customers',
  type: 'aws_s3_bucket',
  cloud: 'aws',
  account: '111122223333',
  region: 'eu-west-1',
  name: 'customers',
}

export const step = (change: Partial<PathStep> = {}): PathStep => ({
  from: '',
  to: ref.id,
  from_name: 'anyone on the internet',
  to_name: 'bucket "customers"',
  kind: 'public',
  label: 'anyone on the internet may read bucket "customers"',
  probability: 0.9,
  low: 0.9,
  high: 0.9,
  evidence: [{ resource: ref.id, path: 'policy', text: 'the policy names everyone' }],
  fixes: [`aws-s3-block-public@resource:${ref.id}`],
  ...change,
})

export const issue = (change: Partial<Issue> = {}): Issue => ({
  key: 'issue1',
  title: 'anyone on the internet → bucket "customers" (restricted data)',
  class: 'restricted-data',
  score: {
    value: 81,
    band: 'critical',
    low: 81,
    high: 81,
    likelihood: 0.9,
    impact: 0.8,
    raw: 81,
    table: 't',
    waterfall: [
      {
        name: 'entry',
        label: 'anyone on the internet',
        value: 0.9,
        low: 0.9,
        high: 0.9,
        multiplier: 0.95,
        after: 95,
        share: 0.3,
      },
      { name: 'data', label: 'restricted data', value: 1, low: 1, high: 1, multiplier: 1, after: 95, share: 0 },
      { name: 'impact', label: 'impact', value: 0.8, low: 0.8, high: 0.8, multiplier: 0.9, after: 81, share: 0.7 },
    ],
  },
  path: [step()],
  every_way: [ref.id],
  fixes: [`aws-s3-block-public@resource:${ref.id}`],
  after_fix: [{ fix: `aws-s3-block-public@resource:${ref.id}`, value: 0, band: 'info' }],
  resources: [ref.id],
  targets: 1,
  findings: ['finding1'],
  finding_count: 1,
  owner: 'shop',
  environment: 'production',
  since: '2026-11-20T10:00:00Z',
  regressed: false,
  accounts: [ref.account],
  ...change,
})

export const finding = (change: Partial<Finding> = {}): Finding => ({
  key: 'finding1',
  check: 'aws-s3-bucket-public',
  title: 'Buckets are not public',
  status: 'fail',
  severity: 'high',
  message: 'anyone may read customers',
  resource: ref,
  evidence: [],
  unknown: [],
  since: '2026-11-20T10:00:00Z',
  regressed: false,
  ...change,
})

export const resource = (change: Partial<Resource> = {}): Resource => ({
  ...ref,
  public: false,
  since: '2026-10-01T00:00:00Z',
  changed: '2026-11-20T10:00:00Z',
  failing: {},
  ...change,
})

export const transition = (change: Partial<Transition> = {}): Transition => ({
  seq: 1,
  kind: 'new',
  at: '2026-11-23T01:00:00Z',
  subject: 'finding',
  key: 'finding1',
  first: false,
  resource: ref,
  severity: 'high',
  ...change,
})

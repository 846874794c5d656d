// What an id names, for pictures: an icon, a word and a short name.

export type Kind =
  | 'internet'
  | 'machine'
  | 'code'
  | 'identity'
  | 'storage'
  | 'database'
  | 'media'
  | 'network'
  | 'secret'
  | 'message'
  | 'account'
  | 'other'

export interface Thing {
  id: string
  kind: Kind
  /** The noun, such as "bucket"; empty when the id does not tell. */
  word: string
  name: string
}

const arns: Record<string, [Kind, string]> = {
  'ec2/instance': ['machine', 'machine'],
  'ec2/snapshot': ['media', 'snapshot'],
  'ec2/image': ['media', 'image'],
  'ec2/volume': ['media', 'volume'],
  'ec2/security-group': ['network', 'security group'],
  ec2: ['network', ''],
  elasticloadbalancing: ['network', 'load balancer'],
  'ecs/service': ['machine', 'service'],
  'ecs/task': ['machine', 'task'],
  ecs: ['machine', 'container cluster'],
  eks: ['machine', 'cluster'],
  ecr: ['media', 'repository'],
  lambda: ['code', 'function'],
  codebuild: ['code', 'build'],
  apigateway: ['network', 'API'],
  'execute-api': ['network', 'API'],
  states: ['code', 'state machine'],
  cloudformation: ['code', 'stack'],
  sagemaker: ['code', 'notebook'],
  'iam/role': ['identity', 'role'],
  'iam/user': ['identity', 'user'],
  'iam/group': ['identity', 'group'],
  'iam/policy': ['identity', 'policy'],
  'iam/oidc-provider': ['identity', 'token issuer'],
  'iam/saml-provider': ['identity', 'token issuer'],
  organizations: ['account', 'organisation'],
  'rds/db': ['database', 'database'],
  'rds/cluster': ['database', 'database cluster'],
  'rds/snapshot': ['media', 'database snapshot'],
  'rds/cluster-snapshot': ['media', 'database snapshot'],
  rds: ['database', 'database'],
  dynamodb: ['database', 'table'],
  redshift: ['database', 'warehouse'],
  es: ['database', 'search domain'],
  elasticache: ['database', 'cache'],
  s3: ['storage', 'bucket'],
  elasticfilesystem: ['storage', 'file system'],
  backup: ['storage', 'backup vault'],
  sns: ['message', 'topic'],
  sqs: ['message', 'queue'],
  kinesis: ['message', 'stream'],
  events: ['message', 'event bus'],
  secretsmanager: ['secret', 'secret'],
  kms: ['secret', 'key'],
  'ssm/parameter': ['secret', 'parameter'],
}

const collections: Record<string, [Kind, string]> = {
  virtualmachines: ['machine', 'machine'],
  instances: ['machine', 'machine'],
  clusters: ['machine', 'cluster'],
  managedclusters: ['machine', 'cluster'],
  sites: ['code', 'app'],
  functions: ['code', 'function'],
  services: ['code', 'service'],
  storageaccounts: ['storage', 'storage account'],
  containers: ['storage', 'container'],
  buckets: ['storage', 'bucket'],
  servers: ['database', 'database server'],
  databases: ['database', 'database'],
  datasets: ['database', 'data set'],
  vaults: ['secret', 'vault'],
  secrets: ['secret', 'secret'],
  keys: ['secret', 'key'],
  cryptokeys: ['secret', 'key'],
  topics: ['message', 'topic'],
  queues: ['message', 'queue'],
  subscriptions: ['account', 'subscription'],
  projects: ['account', 'project'],
  serviceaccounts: ['identity', 'service account'],
  userassignedidentities: ['identity', 'identity'],
  disks: ['media', 'disk'],
  snapshots: ['media', 'snapshot'],
  networksecuritygroups: ['network', 'firewall'],
  firewalls: ['network', 'firewall'],
}

/** The last part of an id: what people would call it. */
export function lastPart(id: string): string {
  const parts = id.split(/[/:]/).filter(Boolean)
  return parts.at(-1) ?? id
}

function arnThing(id: string): Thing {
  const parts = id.split(':')
  const service = parts[2] ?? ''
  const account = parts[4] ?? ''
  const resource = parts.slice(5).join(':')
  if (service === 'iam' && resource === 'root') return { id, kind: 'account', word: 'root of account', name: account }
  if (service === 's3' || service === 'sns' || service === 'sqs') {
    const [kind, word] = arns[service] as [Kind, string]
    return { id, kind, word, name: resource }
  }
  const prefix = /^([^/:]+)[/:]/.exec(resource)?.[1] ?? ''
  const [kind, word] = arns[`${service}/${prefix}`] ?? arns[service] ?? ['other' as Kind, prefix.replaceAll('-', ' ')]
  return { id, kind, word, name: lastPart(resource) || id }
}

/** What an id names; what is known beside it, such as a name, goes before. */
export function thingOf(id: string, name?: string): Thing {
  let thing: Thing
  if (id === '') thing = { id, kind: 'internet', word: '', name: name || 'the internet' }
  else if (id.startsWith('arn:')) thing = arnThing(id)
  else {
    const parts = id.split('/').filter(Boolean)
    const [kind, word] = collections[(parts.at(-2) ?? '').toLowerCase()] ?? ['other' as Kind, '']
    thing = { id, kind, word, name: parts.at(-1) ?? id }
  }
  if (!name || id === '') return thing
  // Names such as `machine "web"` say the word, too.
  const spoken = /^(.{1,40}?) "(.+)"$/.exec(name)
  if (spoken?.[1] && spoken[2]) return { ...thing, word: spoken[1], name: spoken[2] }
  return { ...thing, name }
}

/** Whether an id names a place where attackers begin, such as entry:internet, and no resource. */
export const isStart = (id: string): boolean => id.startsWith('entry:') || !/[:/]/.test(id)

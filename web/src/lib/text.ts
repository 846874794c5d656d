// What comes from a cloud is text that an attacker may have chosen. React shows it as
// text; what is left to do is to make visible what would change how its surroundings read.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const hidden = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Shows control characters and changes of direction as ⟨U+202E⟩. */
export function visible(text: string): string {
  return text.replace(hidden, (c) => `⟨U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** aws_s3_bucket as people read it: S3 bucket. */
export function typeName(type: string): string {
  const words = type.replace(/^(aws|azurerm|azure|google)_/, '').split('_')
  const known: Record<string, string> = {
    s3: 'S3',
    iam: 'IAM',
    ec2: 'EC2',
    rds: 'RDS',
    kms: 'KMS',
    sns: 'SNS',
    sqs: 'SQS',
    vpc: 'VPC',
    db: 'DB',
    ecs: 'ECS',
    eks: 'EKS',
    ecr: 'ECR',
    efs: 'EFS',
    ebs: 'EBS',
    lb: 'LB',
    acl: 'ACL',
    api: 'API',
    ssm: 'SSM',
    ip: 'IP',
    sql: 'SQL',
    oidc: 'OIDC',
    saml: 'SAML',
    nat: 'NAT',
    dynamodb: 'DynamoDB',
    id: 'ID',
    mfa: 'MFA',
    eip: 'EIP',
    ami: 'AMI',
  }
  return capital(words.map((w) => known[w] ?? w).join(' '))
}

export const cloudName = (cloud: string): string => ({ aws: 'AWS', azure: 'Azure', gcp: 'Google Cloud' })[cloud] ?? cloud

/** Whether a web address may become a link. */
export function safeUrl(address: string): string | null {
  try {
    const url = new URL(address)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null
  } catch {
    return null
  }
}

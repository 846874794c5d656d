export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof severities)[number]

export const isSeverity = (s: string): s is Severity => (severities as readonly string[]).includes(s)
export const rank = (s: string): number => (isSeverity(s) ? severities.indexOf(s) : severities.length)

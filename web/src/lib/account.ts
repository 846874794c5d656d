/** The account that an id says it belongs to; what is given when it says none. */
export function accountOf(id: string, accounts: readonly string[] = []): string | null {
  if (id.startsWith('arn:')) {
    const account = id.split(':')[4]
    if (account && account !== 'aws') return account
  }
  const named = /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? /\/projects\/([^/_][^/]*)/.exec(id)?.[1]
  if (named) return named
  return accounts.length === 1 ? (accounts[0] as string) : null
}

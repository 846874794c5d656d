export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#3450c4" />
      <path d="M8 21.500 16 6l8 15.500h-4.600L16 14.600l-3.400 6.900z" fill="#fff" />
      <path d="M8 24h16v2.500H8z" fill="#aebcff" />
    </svg>
  )
}

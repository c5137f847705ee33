export function Logo() {
  return (
    <svg viewBox="0 0 32 32" className="size-5" aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-ink" />
      <rect x="8" y="9" width="4" height="14" rx="2" className="fill-bg" />
      <rect x="14" y="14" width="4" height="9" rx="2" className="fill-bg opacity-60" />
      <circle cx="23" cy="11.5" r="3" className="fill-crit" />
      <circle cx="23" cy="20.5" r="3" className="fill-ok" />
    </svg>
  )
}

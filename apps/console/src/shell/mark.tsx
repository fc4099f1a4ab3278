/** The mark is a T-account. */
export function Mark() {
  return (
    <span className="mark">
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
        <path d="M2 4h20" strokeWidth="2.5" />
        <path d="M12 4v18" strokeWidth="2.5" />
        <path d="M4.5 9.5H9M4.5 13H9" strokeWidth="1.2" />
        <path d="M15 9.5h4.5" strokeWidth="1.2" stroke="var(--accent)" />
      </svg>
      <span>TPMall</span>
    </span>
  );
}

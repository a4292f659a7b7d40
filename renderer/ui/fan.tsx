import type { ReactNode } from 'react';

const feet = [1.5, 5.7, 10.3, 14.5] as const;

/** The quality glyph: of four strings, `strings` are whole and the rest dotted. Always beside its word. */
export function Fan({ strings, size = 16 }: { strings: number; size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" className="block flex-none" stroke="currentColor">
      <circle cx="8" cy="3.3" r="2.7" fill="currentColor" stroke="none" />
      {feet.map((foot, index) => (
        <path
          key={foot}
          d={`M${(8 + (index - 1.5) * 1.9).toFixed(1)} ${index % 3 ? 6.6 : 5.6}L${foot} 13.5`}
          strokeWidth="1.25"
          strokeLinecap="round"
          strokeDasharray={index < strings ? undefined : '0.01 2.5'}
        />
      ))}
      <path d="M.6 15.2H15.4" strokeWidth="1.1" strokeLinecap="round" />
    </svg>
  );
}

import type { ReactNode } from 'react';

/** Groups of five, left to right in every language, and read out as digits. */
export function SafetyDigits({ digits, className }: { digits: string; className?: string }): ReactNode {
  const groups = digits.match(/\d{5}/gu) ?? [];
  return (
    <p dir="ltr" className={className}>
      {groups.map((group, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- places of a number, not things
        <span key={index}>{group} </span>
      ))}
    </p>
  );
}

import type { CSSProperties, ReactNode } from 'react';
import type { PresenceShape } from '../state/index.ts';
import { hueOf, initialsOf, knotPath } from './look.ts';
import { PresenceMark } from './presence-mark.tsx';

/** From this size (px) on there is room for the string figure of the key. */
const knotFrom = 64;

interface FaceProps {
  readonly accountKey: string;
  readonly name: string;
  /** px */
  readonly size: number;
  readonly presence?: PresenceShape | null;
  /** A data URL; null: their initials. */
  readonly picture: string | null;
}

/** An avatar of what is given: it asks nobody. */
export function Face({ accountKey, name, size, presence = null, picture }: FaceProps): ReactNode {
  const style = { '--h': hueOf(accountKey), '--z': `${size}px` } as CSSProperties; // custom properties are not in the type
  return (
    <span className="avatar relative grid flex-none place-items-center rounded-full" style={style} aria-hidden="true">
      {picture !== null ? (
        <img src={picture} alt="" draggable={false} className="absolute inset-0 size-full rounded-full object-cover" />
      ) : (
        <Initials accountKey={accountKey} name={name} withKnot={size >= knotFrom} />
      )}
      {presence === null ? null : (
        <span className="absolute -end-0.5 -bottom-0.5 grid size-[clamp(14px,calc(var(--z)*0.28+4px),24px)] place-items-center rounded-full bg-[var(--cutbg,var(--frame))]">
          <PresenceMark shape={presence} size="calc(100% - 4px)" />
        </span>
      )}
    </span>
  );
}

function Initials({ accountKey, name, withKnot }: { accountKey: string; name: string; withKnot: boolean }): ReactNode {
  return (
    <>
      {withKnot ? (
        <svg className="absolute inset-0 size-full opacity-35" viewBox="0 0 100 100">
          <path d={knotPath(accountKey)} stroke="currentColor" strokeWidth="0.9" fill="none" />
        </svg>
      ) : null}
      <span className="relative rounded-full bg-[radial-gradient(closest-side,var(--av-bg)_55%,transparent)] px-[0.35em] py-[0.25em]">
        {initialsOf(name)}
      </span>
    </>
  );
}

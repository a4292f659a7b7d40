import { useEffect, type CSSProperties, type ReactNode } from 'react';
import { pictureIdOf, useSession, useUi, type PresenceShape } from '../state/index.ts';
import { hueOf, initialsOf, knotPath } from './look.ts';
import { PresenceMark } from './presence-mark.tsx';

/** From this size (px) on there is room for the string figure of the key. */
const knotFrom = 64;

interface AvatarProps {
  readonly accountKey: string;
  readonly name: string;
  /** px */
  readonly size?: number;
  readonly presence?: PresenceShape | null;
}

/** A person's mark: their picture, or their initials. Decoration: the name and the presence in words stand beside it. */
export function Avatar({ accountKey, name, size = 40, presence = null }: AvatarProps): ReactNode {
  const style = { '--h': hueOf(accountKey), '--z': `${size}px` } as CSSProperties; // custom properties are not in the type
  const { pictures } = useSession();
  const id = useUi((state) => pictureIdOf(state, accountKey));
  const picture = useUi((state) => (id === null ? undefined : state.pictures.get(id)));
  const isMissing = picture === undefined;
  useEffect(() => {
    if (id !== null && isMissing) pictures.want(id);
  }, [pictures, id, isMissing]);
  return (
    <span className="avatar relative grid flex-none place-items-center rounded-full" style={style} aria-hidden="true">
      {picture !== undefined ? (
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

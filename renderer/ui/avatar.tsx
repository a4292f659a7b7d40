import { useEffect, type ReactNode } from 'react';
import { pictureIdOf, useSession, useUi, type PresenceShape } from '../state/index.ts';
import { Face } from './face.tsx';

interface AvatarProps {
  readonly accountKey: string;
  readonly name: string;
  /** px */
  readonly size?: number;
  readonly presence?: PresenceShape | null;
}

/** A person's mark: their picture, or their initials. Decoration: the name and the presence in words stand beside it. */
export function Avatar({ accountKey, name, size = 40, presence = null }: AvatarProps): ReactNode {
  const { pictures } = useSession();
  const id = useUi((state) => pictureIdOf(state, accountKey));
  const picture = useUi((state) => (id === null ? undefined : state.pictures.get(id)));
  const isMissing = picture === undefined;
  useEffect(() => {
    if (id !== null && isMissing) pictures.want(id);
  }, [pictures, id, isMissing]);
  return <Face accountKey={accountKey} name={name} size={size} presence={presence} picture={picture ?? null} />;
}

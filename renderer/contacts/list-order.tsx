import { Menu as Base } from '@base-ui/react/menu';
import { Check, ListFilter } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../preload/contract/index.ts';
import { useSession, useUi, type PeopleShown } from '../state/index.ts';
import { IconButton, Menu, menuItemClass, MenuLine } from '../ui/index.ts';

const orders: readonly Settings['peopleOrder'][] = ['status', 'name', 'recent'];
const shown: readonly PeopleShown[] = ['all', 'present', 'favourites'];

/** In which order the people stand, and who of them. */
export function ListOrder(): ReactNode {
  const { t } = useTranslation();
  const { go, settings } = useSession();
  const order = useUi((state) => state.settings?.peopleOrder ?? 'status');
  const filter = useUi((state) => state.peopleShown);
  return (
    <Menu
      align="end"
      trigger={<IconButton icon={ListFilter} size={16} label={t('list.order')} aria-pressed={filter !== 'all'} />}
    >
      <Base.Group>
        <Base.GroupLabel className="t-meta px-[9px] py-1 text-ink-3">{t('list.by')}</Base.GroupLabel>
        <Base.RadioGroup
          value={order}
          onValueChange={(next: Settings['peopleOrder']) => void settings.change({ peopleOrder: next })}
        >
          {orders.map((each) => (
            <Choice key={each} value={each} label={t(`list.${each}`)} />
          ))}
        </Base.RadioGroup>
      </Base.Group>
      <MenuLine />
      <Base.Group>
        <Base.GroupLabel className="t-meta px-[9px] py-1 text-ink-3">{t('list.show')}</Base.GroupLabel>
        <Base.RadioGroup value={filter} onValueChange={(next: PeopleShown) => go.showPeople(next)}>
          {shown.map((each) => (
            <Choice key={each} value={each} label={t(`list.${each}`)} />
          ))}
        </Base.RadioGroup>
      </Base.Group>
    </Menu>
  );
}

function Choice({ value, label }: { value: string; label: string }): ReactNode {
  return (
    <Base.RadioItem value={value} className={menuItemClass}>
      <span className="grid size-4 place-items-center">
        <Base.RadioItemIndicator>
          <Check size={16} strokeWidth={1.75} aria-hidden="true" />
        </Base.RadioItemIndicator>
      </span>
      {label}
    </Base.RadioItem>
  );
}

import { describe, expect, it } from 'vitest';
import type { OpenedLink, ShellAct } from '../../../preload/contract/index.ts';
import { createPageActs } from '../../../main/shell/electron/page-acts.ts';

const invitation = (name: string): OpenedLink => ({ kind: 'invitation', link: `lilliput:${name}?key=${'ab'.repeat(32)}` });

describe('what the shell has to tell its page', () => {
  it('waits, if it is a link, until the page hears; the newest of several', () => {
    const told: ShellAct[] = [];
    const acts = createPageActs((act) => told.push(act));
    acts.open(invitation('wren'));
    acts.open(invitation('otter'));
    acts.tell({ kind: 'tray', item: 'away' });
    expect(told).toEqual([]);
    acts.listening();
    expect(told).toEqual([{ kind: 'link', opened: invitation('otter') }]);
    acts.open(invitation('wren'));
    acts.tell({ kind: 'tray', item: 'away' });
    expect(told.slice(1)).toEqual([
      { kind: 'link', opened: invitation('wren') },
      { kind: 'tray', item: 'away' },
    ]);
  });

  it('is told once, also when the page loads anew or another window opens', () => {
    const told: ShellAct[] = [];
    const acts = createPageActs((act) => told.push(act));
    acts.open(invitation('wren'));
    acts.listening();
    acts.listening();
    acts.deaf();
    acts.open(invitation('otter'));
    expect(told).toHaveLength(1);
    acts.listening();
    expect(told).toHaveLength(2);
  });
});

import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { invitationMaxChars, readInvitation } from '../../preload/contract/index.ts';
import { sentenceFor, useSession, useUi } from '../state/index.ts';
import { Button, Callout, type Tone } from '../ui/index.ts';

/** At the first start nobody is known: a friend's link leads into the network. */
export function InvitationField(): ReactNode {
  const { t } = useTranslation();
  const { client, words } = useSession();
  const field = useId();
  // Whoever came by a link has it here already; it is shown once more when there is an account.
  const opened = useUi((state) => state.opened);
  const [asked, setAsked] = useState(false);
  const [typed, setText] = useState<string | null>(null);
  const open = asked || opened !== null;
  const text = typed ?? opened ?? '';
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ readonly tone: Tone; readonly sentence: string } | null>(null);

  const use = async (): Promise<void> => {
    const invitation = readInvitation(text);
    if (invitation === null) return setSaid({ tone: 'bad', sentence: t('add.badLink') });
    if (invitation.via.length === 0) return setSaid({ tone: 'warn', sentence: t('onboarding.invitation.nobodyNamed') });
    setBusy(true);
    try {
      const { joined } = await client.network.join({ via: [...invitation.via] });
      setSaid(
        joined
          ? { tone: 'ok', sentence: t('onboarding.invitation.joined', { name: invitation.name }) }
          : { tone: 'warn', sentence: t('onboarding.invitation.silent') },
      );
    } catch (error) {
      setSaid({ tone: 'bad', sentence: sentenceFor(words, error) });
    } finally {
      setBusy(false);
    }
  };

  if (!open) {
    return (
      <div>
        <Button kind="quiet" onClick={() => setAsked(true)}>
          {t('onboarding.invitation.have')}
        </Button>
      </div>
    );
  }
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void use();
      }}
    >
      <label htmlFor={field} className="font-[550]">
        {t('onboarding.invitation.label')}
      </label>
      <div className="flex min-h-[42px] items-center gap-2 rounded-r2 bg-raised ps-3 pe-1 edge-strong focus-within:edge-focus">
        <input
          id={field}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the field was asked for by a click just now
          autoFocus={asked}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setSaid(null);
          }}
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
          maxLength={invitationMaxChars}
          placeholder="lilliput:…"
          className="field-inner min-w-0 flex-1 bg-transparent py-2"
        />
        <Button type="submit" busy={busy} disabled={text.trim() === ''}>
          {t('onboarding.invitation.use')}
        </Button>
      </div>
      <div aria-live="polite">{said === null ? null : <Callout tone={said.tone}>{said.sentence}</Callout>}</div>
    </form>
  );
}

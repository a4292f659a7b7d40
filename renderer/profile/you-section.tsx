import { Image } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { displayNameMaxLength, isPlainLine, moodMaxLength, plainLine, type ProfileView } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { Avatar, Button, Callout, Card, Cut, Line, TextField } from '../ui/index.ts';
import { CropDialog } from './crop-dialog.tsx';
import type { Crop } from './crop-geometry.ts';
import { cutPicture, openPicture } from './picture-file.ts';
import { OwnSafetyCode } from './own-safety-code.tsx';

/** What we say of ourselves to those we added: picture, name, a line about now. */
export function YouSection(): ReactNode {
  const { t } = useTranslation();
  const account = useUi((state) => (state.account?.kind === 'ready' ? state.account.account : null));
  const profile = useUi((state) => state.profile);
  if (account === null || profile === null) return null;
  return (
    <>
      <div>
        <h2 className="t-title">{t('you.title')}</h2>
        <p className="mt-1 text-pretty text-ink-2">{t('you.help')}</p>
      </div>
      <Card>
        <PictureLine accountKey={account.accountKey} name={account.name} hasPicture={profile.picture !== null} />
        <TextForm profile={profile} username={account.name} />
        <Line title={t('you.username')}>
          <Cut text={account.name} className="font-[550]" />
        </Line>
      </Card>
      <OwnSafetyCode />
    </>
  );
}

function PictureLine({ accountKey, name, hasPicture }: { accountKey: string; name: string; hasPicture: boolean }): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const [bitmap, setBitmap] = useState<ImageBitmap | null>(null);
  const [busy, setBusy] = useState(false);
  const [isBad, setBad] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const open = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const opened = await openPicture(file);
    setBad(opened === null);
    setBitmap(opened);
  };
  const close = (): void => {
    bitmap?.close();
    setBitmap(null);
  };
  const use = async (crop: Crop): Promise<void> => {
    if (bitmap === null) return;
    setBusy(true);
    const base64 = await cutPicture(bitmap, crop);
    setBusy(false);
    if (base64 === null) setBad(true);
    else await notify.attempt(() => client.profile.setPicture({ base64 }));
    close();
  };
  const remove = async (): Promise<void> => {
    if (await notify.attempt(() => client.profile.setPicture({ base64: null }))) notify.say(t('you.removed'));
  };
  return (
    <div className="grid gap-3 px-4 py-3.5">
      <div className="flex flex-wrap items-center gap-4">
        <Avatar accountKey={accountKey} name={name} size={92} />
        <div className="grid min-w-[min(11rem,100%)] flex-1 gap-2">
          <h3 className="font-[550]">{t('you.picture')}</h3>
          <div className="flex flex-wrap gap-2">
            <Button icon={Image} onClick={() => picker.current?.click()}>
              {t('you.choose')}
            </Button>
            {hasPicture ? (
              <Button kind="danger" onClick={() => void remove()}>
                {t('you.remove')}
              </Button>
            ) : null}
          </div>
          <input
            ref={picker}
            type="file"
            accept="image/*"
            hidden
            onChange={(event) => {
              void open(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </div>
      </div>
      <div aria-live="polite">{isBad ? <Callout tone="bad">{t('you.notAPicture')}</Callout> : null}</div>
      {bitmap === null ? null : <CropDialog bitmap={bitmap} busy={busy} onUse={(crop) => void use(crop)} onClose={close} />}
    </div>
  );
}

function TextForm({ profile, username }: { profile: ProfileView; username: string }): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const [typedName, setName] = useState<string | null>(null);
  const [typedMood, setMood] = useState<string | null>(null);
  const displayName = typedName ?? profile.displayName;
  const mood = typedMood ?? profile.mood;
  const isNameBad = !isPlainLine(plainLine(displayName), displayNameMaxLength);
  const isMoodBad = !isPlainLine(plainLine(mood), moodMaxLength);
  const isChanged = plainLine(displayName) !== profile.displayName || plainLine(mood) !== profile.mood;
  const save = async (): Promise<void> => {
    if (!(await notify.attempt(() => client.profile.update({ displayName: plainLine(displayName), mood: plainLine(mood) }))))
      return;
    setName(null);
    setMood(null);
    notify.say(t('you.saved'));
  };
  return (
    <form
      className="grid gap-3.5 px-4 py-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField
        label={t('you.displayName')}
        value={displayName}
        onChange={setName}
        maxLength={2 * displayNameMaxLength}
        placeholder={username}
        aria-invalid={isNameBad}
        help={isNameBad ? t('you.badLine', { max: displayNameMaxLength }) : t('you.displayNameHelp', { name: username })}
      />
      <TextField
        label={t('you.mood')}
        value={mood}
        onChange={setMood}
        maxLength={2 * moodMaxLength}
        placeholder={t('you.moodExample')}
        aria-invalid={isMoodBad}
        help={isMoodBad ? t('you.badLine', { max: moodMaxLength }) : undefined}
      />
      <Button
        kind={isChanged ? 'primary' : 'secondary'}
        type="submit"
        disabled={!isChanged || isNameBad || isMoodBad}
        className="justify-self-start"
      >
        {t('you.save')}
      </Button>
    </form>
  );
}

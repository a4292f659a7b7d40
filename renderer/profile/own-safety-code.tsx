import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SafetyDigits } from '../codes/index.ts';
import { useSession } from '../state/index.ts';

/** Our half of every safety number: what those see whom we ask. */
export function OwnSafetyCode(): ReactNode {
  const { t } = useTranslation();
  const { client } = useSession();
  const [code, setCode] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    client.profile.safetyCode({}, { signal: stop.signal }).then(
      ({ digits }) => {
        if (!stop.signal.aborted) setCode(digits);
      },
      // The engine is gone, which is told elsewhere.
      () => undefined,
    );
    return () => stop.abort();
  }, [client]);
  return (
    <section aria-labelledby="own-safety" className="grid gap-2 rounded-r3 bg-raised p-4 edge">
      <h3 id="own-safety" className="font-[550]">
        {t('safety.own')}
      </h3>
      {code === null ? null : (
        <SafetyDigits
          digits={code}
          className="grid grid-cols-[repeat(auto-fill,minmax(4.2rem,1fr))] gap-x-2 gap-y-1 font-mono text-[1.0625rem]"
        />
      )}
      <p className="t-small text-pretty text-ink-2">{t('safety.ownHelp')}</p>
    </section>
  );
}

import { Check, Copy } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { cx, IconButton, LinkButton } from '../ui/index.ts';
import { Marked } from '../text/index.ts';
import { MessageLink } from './message-link.tsx';
import { isOnlyEmoji, messageText, type Block, type Span } from './message-text.ts';

interface MessageBodyProps {
  readonly text: string;
  /** What is looked for; empty: nothing. */
  readonly looking: string;
  /** Stands at the end of the last line: time and delivery. */
  readonly tail: ReactNode;
}

/** The text of a message: each line in its own direction, code apart, links safe, long ones folded. */
export function MessageBody({ text, looking, tail }: MessageBodyProps): ReactNode {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const { blocks, cut } = useMemo(() => messageText(text, whole), [text, whole]);
  const large = useMemo(() => isOnlyEmoji(text), [text]);
  const last = blocks.at(-1);
  const tailInside = !cut && !large && last?.kind === 'line';
  return (
    <>
      {blocks.map((block, index) => (
        <BlockView
          // Blocks have no other name than their place, and never move.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          block={block}
          looking={looking}
          large={large}
          tail={tailInside && block === last ? tail : null}
        />
      ))}
      {cut ? (
        <LinkButton
          className="t-small mt-1 block"
          onClick={(event) => {
            event.stopPropagation();
            setWhole(true);
          }}
        >
          {t('messages.showAll')}
        </LinkButton>
      ) : null}
      {tailInside ? null : tail}
    </>
  );
}

function BlockView({
  block,
  looking,
  large,
  tail,
}: {
  block: Block;
  looking: string;
  large: boolean;
  tail: ReactNode;
}): ReactNode {
  if (block.kind === 'code') return <CodeBlock text={block.text} language={block.language} looking={looking} />;
  return (
    <span dir="auto" className={cx('block', large && 'text-[2rem]/[2.5rem]')}>
      {block.spans.map((span, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- spans have no other name than their place, and never move
        <SpanView key={index} span={span} looking={looking} />
      ))}
      {block.spans.length === 0 && tail === null ? <br /> : null}
      {tail}
    </span>
  );
}

function SpanView({ span, looking }: { span: Span; looking: string }): ReactNode {
  if (span.kind === 'text') return <Marked text={span.text} looking={looking} />;
  if (span.kind === 'link') return <MessageLink link={span.link} looking={looking} />;
  return (
    <code
      dir="ltr"
      className="rounded-r1 bg-[color-mix(in_oklch,var(--ink)_8%,transparent)] px-1 py-px font-mono text-[0.8125rem]"
    >
      <Marked text={span.text} looking={looking} />
    </code>
  );
}

/** A block of code: scrolls in itself, and can be copied whole. */
function CodeBlock({ text, language, looking }: { text: string; language: string | null; looking: string }): ReactNode {
  const { t } = useTranslation();
  const { notify } = useSession();
  const [copied, setCopied] = useState(false);
  return (
    <span className="group/code relative my-1 block overflow-hidden rounded-r2 bg-sunken edge">
      {language === null ? null : <span className="t-meta block px-2.5 pt-1.5 text-ink-3">{language}</span>}
      <pre
        dir="ltr"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it, it can't be scrolled by keyboard (WCAG 2.1.1)
        tabIndex={0}
        aria-label={t('messages.code')}
        className="thin-scroll max-h-80 overflow-auto px-2.5 py-2 pe-10 font-mono text-[0.8125rem]/[1.25rem] whitespace-pre focus-visible:-outline-offset-2"
      >
        <code>
          <Marked text={text} looking={looking} />
        </code>
      </pre>
      <IconButton
        icon={copied ? Check : Copy}
        size={15}
        label={copied ? t('messages.copied') : t('messages.copyCode')}
        tabIndex={-1}
        className="absolute end-1 top-1 bg-sunken opacity-0 group-focus-within/message:opacity-100 group-hover/code:opacity-100"
        onClick={(event) => {
          event.stopPropagation();
          void notify.attempt(() => navigator.clipboard.writeText(text)).then(setCopied);
        }}
      />
    </span>
  );
}

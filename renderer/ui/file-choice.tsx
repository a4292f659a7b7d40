import { FolderOpen } from 'lucide-react';
import { useRef, type ReactNode } from 'react';
import { Button } from './button.tsx';

interface FileChoiceProps {
  readonly label: string;
  /** What is said of the chosen one; null: none is. */
  readonly chosen: string | null;
  readonly disabled: boolean;
  readonly onChoose: (file: File | null) => void;
}

/** A button that opens the system's window of files. */
export function FileChoice({ label, chosen, disabled, onChoose }: FileChoiceProps): ReactNode {
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label={label}
        onChange={(event) => onChoose(event.target.files?.[0] ?? null)}
      />
      <Button icon={FolderOpen} disabled={disabled} onClick={() => chooser.current?.click()}>
        {label}
      </Button>
      {chosen === null ? null : (
        <span className="min-w-0 break-words">
          <bdi>{chosen}</bdi>
        </span>
      )}
    </div>
  );
}

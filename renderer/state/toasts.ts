export interface Toast {
  readonly id: number;
  readonly tone: 'plain' | 'error';
  readonly text: string;
  /** Present when the notice can take something back. */
  readonly undo: (() => void) | null;
}

/** How long an undoable notice stays (the reference: 8 s). Errors stay until dismissed. */
export const undoMs = 8_000;
/** A notice with nothing to do on it. */
export const plainMs = 5_000;
/** Older notices give way: a wall of them hides the window. */
export const toastsMost = 3;

export const addToast = (toasts: readonly Toast[], toast: Toast): readonly Toast[] => [...toasts, toast].slice(-toastsMost);

export const dropToast = (toasts: readonly Toast[], id: number): readonly Toast[] => toasts.filter((toast) => toast.id !== id);

/** What Ctrl Z takes back: the newest undoable notice. */
export const lastUndo = (toasts: readonly Toast[]): Toast | null => toasts.findLast((toast) => toast.undo !== null) ?? null;

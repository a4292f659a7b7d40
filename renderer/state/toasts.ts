export interface Toast {
  readonly id: number;
  readonly tone: 'plain' | 'error';
  readonly text: string;
  /** What can be done about it from here. */
  readonly action: ToastAction | null;
}

export interface ToastAction {
  readonly kind: 'undo' | 'show-file' | 'unmute' | 'open';
  readonly run: () => void;
}

/** How long a notice with something to do on it stays (the reference: 8 s). Errors stay until dismissed. */
export const actionMs = 8_000;
/** A notice with nothing to do on it. */
export const plainMs = 5_000;
/** A notice that says where something was put: long enough to read a path. Settings name the folder later too. */
export const savedMs = 20_000;
/** Older notices give way: a wall of them hides the window. */
export const toastsMost = 3;

export const addToast = (toasts: readonly Toast[], toast: Toast): readonly Toast[] => [...toasts, toast].slice(-toastsMost);

export const dropToast = (toasts: readonly Toast[], id: number): readonly Toast[] => toasts.filter((toast) => toast.id !== id);

/** What Ctrl Z takes back: the newest undoable notice. */
export const lastUndo = (toasts: readonly Toast[]): Toast | null =>
  toasts.findLast((toast) => toast.action?.kind === 'undo') ?? null;

/** How long the file is held for whoever saves it: a dialog asks where, and people take their time. */
const heldMs = 10 * 60_000;

/** Offers a file as a download: the browser saves it, or Electron asks where. */
export function saveAs(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  // What no system takes in a file's name, and what would turn it round.
  link.download = name.replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, '_');
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), heldMs);
}

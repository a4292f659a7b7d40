import type { DialogState, PeopleShown, Reveal, SettingsSection, SideTab, UiStore } from './store.ts';

/** What is on screen: the pane, the tab, the dialog. Writes the store and nothing else. */
export class Navigation {
  readonly #store: UiStore;

  constructor(store: UiStore) {
    this.#store = store;
  }

  home(): void {
    this.#store.setState({ view: { kind: 'home' } });
  }

  conversation(id: string): void {
    this.#store.setState({ view: { kind: 'conversation', id }, query: '', finding: false });
  }

  /** Opens the conversation at a message. What was looked for stays in the search field: the next hit may be the right one. */
  message(conversationId: string, id: string, typed: string): void {
    this.#store.setState({ view: { kind: 'conversation', id: conversationId }, finding: false });
    this.reveal(conversationId, { kind: 'message', id, typed });
  }

  reveal(conversationId: string, to: Reveal['to']): void {
    this.#store.setState({ reveal: { conversationId, to } });
  }

  /** The conversation shows it now. */
  revealed(): void {
    this.#store.setState({ reveal: null });
  }

  findHere(finding: boolean): void {
    this.#store.setState({ finding });
  }

  call(id: string): void {
    this.#store.setState({ view: { kind: 'call', id }, devicesOpen: false });
  }

  settings(section: SettingsSection): void {
    this.#store.setState({ view: { kind: 'settings', section } });
  }

  /** Somebody's profile. */
  profile(id: string): void {
    this.#store.setState({ view: { kind: 'profile', id } });
  }

  /** From a profile to the conversation it belongs to, if there is one. */
  leaveProfile(): void {
    const { view, contacts } = this.#store.getState();
    const person = view.kind === 'profile' ? contacts.get(view.id) : undefined;
    if (person === undefined || person.relation === 'blocked' || person.relation === 'incoming') this.home();
    else this.conversation(person.accountKey);
  }

  showPeople(peopleShown: PeopleShown): void {
    this.#store.setState({ peopleShown });
  }

  /** The connection check, which begins at once. */
  check(): void {
    this.#store.setState({ view: { kind: 'check' } });
  }

  tab(tab: SideTab): void {
    this.#store.setState({ tab });
  }

  search(query: string): void {
    this.#store.setState({ query });
  }

  /** The dialog of an invitation that the system opened us by: whoever it names is looked up and shown, not asked. */
  invitation(link: string): void {
    this.#store.setState({ opened: null, dialog: { kind: 'add', name: link } });
  }

  dialog(dialog: DialogState | null): void {
    this.#store.setState({ dialog });
  }

  togglePanel(panel: 'chat' | 'details'): void {
    this.#store.setState((state) => ({ panel: state.panel === panel ? 'none' : panel }));
  }

  closePanel(): void {
    this.#store.setState({ panel: 'none' });
  }

  devices(open: boolean): void {
    this.#store.setState({ devicesOpen: open });
  }

  mini(mini: boolean): void {
    this.#store.setState({ mini });
  }

  dismissNotice(key: string): void {
    this.#store.setState(({ dismissed }) => ({ dismissed: new Set(dismissed).add(key) }));
  }

  announce(text: string): void {
    this.#store.setState({ announcement: text });
  }
}

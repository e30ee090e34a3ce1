import type { AnswerInfo, Backend, Draft, FieldInfo, Filed, FormInfo, TopicInfo, Wanted } from '$lib/backend';
import { t } from '$lib/language';

const none: FormInfo = { form: '', version: 0, fields: [], missing: [], earliest: '', approver: false };

/** What a request is about and what its form was answered with. Another topic adds and removes fields; every answer is kept. */
export class Filing {
  topics = $state.raw<TopicInfo[]>([]);
  topic = $state('');
  form = $state.raw<FormInfo>(none);
  /** By when it is needed, and who approves it. */
  wanted = $state<Wanted>({ neededBy: '', expedite: false, approver: '' });
  approverName = $state('');
  /** The topic of a draft has a successor: said once. */
  moved = $state('');
  /** Something else was chosen: none of the topics. */
  elsewhere = $state(false);
  #answers = $state.raw<AnswerInfo[]>([]);
  readonly #door: Pick<Backend, 'topics' | 'form'>;

  constructor(door: Pick<Backend, 'topics' | 'form'>, draft: Draft | null) {
    this.#door = door;
    if (!draft) return;
    this.topic = draft.filed?.topic ?? '';
    this.wanted = { ...this.wanted, ...draft.wanted };
    this.approverName = this.wanted.approver;
    this.#answers = draft.filed?.answers ?? [];
    this.elsewhere = !this.topic && draft.department !== '';
  }

  async load(): Promise<void> {
    this.topics = await this.#door.topics();
    const was = this.topics.find((t) => t.id === this.topic);
    const now = this.topics.find((t) => t.id === was?.retired);
    if (was && now) {
      this.moved = t('“{name}” is part of “{name2}” now. What you wrote is kept.', { name: was.name, name2: now.name });
      this.topic = now.id;
    }
    await this.ask();
  }

  async choose(id: string): Promise<void> {
    this.elsewhere = id === 'other';
    this.topic = this.elsewhere ? '' : id;
    this.moved = '';
    await this.ask();
  }

  /** The topic that was chosen, once it cannot be one of those under it any more. */
  get chosen(): TopicInfo | undefined {
    return this.topics.find((t) => t.id === this.topic);
  }

  value = (field: string): string => this.#answers.find((a) => a.field === field)?.value ?? '';

  async set(field: string, value: string, words: string): Promise<void> {
    const of = this.form.fields.find((f) => f.id === field);
    const answer: AnswerInfo = { field, label: of?.label ?? field, type: of?.type ?? 'text', value, words };
    this.#answers = [...this.#answers.filter((a) => a.field !== field), answer];
    await this.ask();
  }

  async ask(): Promise<void> {
    const topic = this.topic;
    const form = topic ? await this.#door.form(topic, this.#answers) : none;
    if (topic === this.topic) this.form = form;
  }

  /** It is needed sooner than it can be there. */
  get short(): boolean {
    return this.wanted.neededBy !== '' && this.form.earliest !== '' && this.wanted.neededBy < this.form.earliest;
  }

  /** Somebody has to be named who approves it. */
  get approval(): boolean {
    return this.form.approver || (this.short && this.wanted.expedite);
  }

  /** As it goes. */
  get wants(): Wanted {
    return { ...this.wanted, expedite: this.short && this.wanted.expedite, approver: this.approval ? this.wanted.approver : '' };
  }

  get fields(): FieldInfo[] {
    return this.form.fields;
  }

  /** As it goes: what is asked now, in its order. */
  get filed(): Filed {
    const answers = this.fields.flatMap((f) => this.#answers.filter((a) => a.field === f.id && a.value.trim() !== ''));
    return { topic: this.topic, form: this.form.form, version: this.form.version, answers };
  }

  /** As it is kept: with what is not asked at the moment. */
  get kept(): Filed {
    return { ...this.filed, answers: this.#answers };
  }
}

package app

import (
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/storage/outbox"
	"docket/sync/wire"
)

// shownConfirmed is how long the outbox still shows what has arrived.
const shownConfirmed = 24 * time.Hour

// Outbox lists what is still here and what came back.
func (a *API) Outbox() ([]OutboxItem, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	out := []OutboxItem{}
	r := s.rower()
	for _, it := range s.out.Items() {
		if it.Command.Args == nil || it.Command.Args.Kind().Marks() || it.State == outbox.Discarded {
			continue
		}
		if it.State == outbox.Confirmed && a.now().Sub(it.SettledAt) > shownConfirmed {
			continue
		}
		out = append(out, s.itemView(r, it))
	}
	return out, nil
}

func (s *session) itemView(r *rower, it outbox.Item) OutboxItem {
	v := OutboxItem{
		ID: string(it.ID), Ticket: string(it.Command.Ticket), Title: r.title(it), Text: textOf(it.Command), Kind: string(it.Command.Args.Kind()),
		State: string(it.State), At: stamp(it.QueuedAt), SettledAt: stamp(it.SettledAt), Waits: s.waits(it), Actions: r.actions(it),
		Files: s.fileInfos(filesOf(it.Command)),
	}
	if it.Command.Args.Kind().Ticketless() {
		v.Ticket = "" // there is none to open
	}
	if it.Receipt != nil {
		v.Fault = fault(notThere(it.Receipt.Error))
		if v.Fault == nil && it.State == outbox.Held {
			v.Fault = fault(&desk.Error{Code: desk.CodeHeld, Message: "Something newer came first.", Hint: "Read both, then decide."})
		}
	}
	return v
}

// notThere says of a ticket that is gone what may have become of it.
func notThere(e *desk.Error) *desk.Error {
	if e == nil || e.Code != desk.CodeNotFound || e.Field != "" {
		return e
	}
	return &desk.Error{
		Code: e.Code, Message: "This is not there any more: it was deleted after its time, or you cannot see it now.",
		Hint: "Your text is kept here. Copy it into a new request if it still matters.",
	}
}

var kindNames = map[desk.CommandKind]string{
	desk.CmdOpen: "New request", desk.CmdReply: "Reply", desk.CmdNote: "Note", desk.CmdClose: "Solve", desk.CmdReopen: "Open again",
	desk.CmdStatus: "Status", desk.CmdAssign: "Assign", desk.CmdRefer: "Pass on", desk.CmdPriority: "Priority", desk.CmdCCs: "CC",
	desk.CmdRename: "Rename", desk.CmdPrivate: "Private", desk.CmdCall: "Call", desk.CmdChat: "Chat", desk.CmdNotice: "Notice",
	desk.CmdSay: "Chat", desk.CmdJoinChat: "Take the chat", desk.CmdEndChat: "End the chat",
	desk.CmdSettleAsk: "Question", desk.CmdLink: "Link", desk.CmdType: "Kind of request", desk.CmdTags: "Tags", desk.CmdLanguage: "Language", desk.CmdTopic: "Topic", desk.CmdFill: "Form", desk.CmdRate: "How it was", desk.CmdTick: "Checklist", desk.CmdApprove: "Approval",
	desk.CmdPromise: "Promise", desk.CmdSettlePromise: "Promise", desk.CmdSnooze: "Snooze", desk.CmdFollow: "What you hear", desk.CmdHold: "Legal hold", desk.CmdAskUpload: "Large upload", desk.CmdGrant: "Large upload",
	desk.CmdMerge: "Put together", desk.CmdUnmerge: "Take apart", desk.CmdSplit: "Request of its own", desk.CmdJoin: "Me too",
	desk.CmdFix: "Fix", desk.CmdWork: "Planned work", desk.CmdEscalate: "Escalate", desk.CmdAcknowledge: "Acknowledge", desk.CmdDeescalate: "End of the escalation", desk.CmdWorkaround: "Workaround", desk.CmdVerdict: "Workaround",
	desk.CmdWriteArticle: "Article", desk.CmdMoveArticle: "Article", desk.CmdVoteArticle: "Was this helpful?", desk.CmdCommentArticle: "Comment", desk.CmdSettleComment: "Comment", desk.CmdFollowArticle: "What you hear", desk.CmdSaveSection: "Section",
	desk.CmdSaveView: "View", desk.CmdNoteCall: "Call", desk.CmdAlong: "Take along", desk.CmdStrike: "Misuse", desk.CmdUnstrike: "Misuse", desk.CmdBan: "Ban",
}

func (r *rower) title(it outbox.Item) string {
	name := say(or(kindNames[it.Command.Args.Kind()], "Change"))
	if it.Command.Args.Kind().Helps() {
		return r.s.helpTitle(name, it.Command.Args)
	}
	if a, ok := it.Command.Args.(desk.SaveView); ok {
		return name + " “" + a.View.Name + "”"
	}
	if n, ok := it.Command.Args.(desk.NoteCall); ok {
		return say("{what} under {code}, {who}", "what", name, "code", desk.SayCode(n.Code), "who", or(n.Talk.WithName, r.name(nil, n.Talk.With)))
	}
	if o, ok := it.Command.Args.(desk.Open); ok {
		return name + " " + it.Command.Ticket.Reference() + ", " + o.Subject
	}
	t := r.head(it.Command.Ticket)
	if t == nil {
		return name
	}
	title := say("{what} on {number}", "what", name, "number", numberOf(t))
	if t.Requester != r.me.Person {
		return title + ", " + r.name(t, t.Requester)
	}
	return title + ", " + t.Subject
}

func textOf(c desk.Command) string {
	if c.Args.Kind().Helps() {
		return helpText(c.Args)
	}
	switch a := c.Args.(type) {
	case desk.Open:
		return a.Text
	case desk.Reply:
		return wordsOf(a)
	case desk.AddNote:
		return a.Text
	case desk.CloseTicket:
		return or(a.Resolution, a.Reason)
	case desk.Reopen:
		return a.Reason
	case desk.Refer:
		return a.Reason
	case desk.SetStatus:
		return a.Reason
	case desk.SetPriority:
		return joined(a.Told, a.Reason)
	case desk.CountMisuse:
		return a.Reason
	case desk.UncountMisuse:
		return a.Reason
	case desk.SetBan:
		return a.Reason
	case desk.LogCall:
		return joined(a.Text, a.NoMessage, a.Note)
	case desk.NoteCall:
		return joined(a.Text, a.Note)
	case desk.RecordChat:
		return a.Text
	case desk.PostNotice:
		return a.Text
	case desk.Say:
		return a.Text
	case desk.SettleAsk:
		return a.Text
	case desk.Rate:
		return a.Comment
	case desk.MakePromise:
		return a.Text
	case desk.SettlePromise:
		return a.Reason
	case desk.ProposeWorkaround:
		return a.Text
	case desk.JudgeWorkaround:
		return a.Why
	case desk.SetFix:
		return a.Text
	case desk.PlanWork:
		return a.Risk
	case desk.SnoozeTicket:
		return a.Reason
	case desk.SetHold:
		return a.Reason
	case desk.AskUpload:
		return a.Name
	}
	return ""
}

// joined sets texts below each other.
func joined(texts ...string) string {
	written := slices.DeleteFunc(texts, func(s string) bool { return s == "" })
	return strings.Join(written, "\n\n")
}

// actions are what the person can do with an item now.
func (r *rower) actions(it outbox.Item) []string {
	writes := false
	switch it.Command.Args.Kind() {
	case desk.CmdOpen, desk.CmdReply, desk.CmdNote, desk.CmdSay, desk.CmdWriteArticle:
		writes = true
	}
	reply := it.Command.Args.Kind() == desk.CmdReply
	switch it.State {
	case outbox.Queued:
		if !it.SentAt.IsZero() {
			return []string{} // it was sent once; only the answer can tell
		}
		if writes {
			return []string{"edit", "discard"}
		}
		return []string{"discard"}
	case outbox.Held:
		out := []string{"discard"}
		if reply && r.me.Role.Staff() {
			out = append(out, "make_note")
		}
		out = append(out, "send_anyway")
		if writes {
			out = append(out, "edit")
		}
		return out
	case outbox.Conflict, outbox.Refused:
		if writes {
			return []string{"edit", "retry", "discard"}
		}
		return []string{"retry", "discard"}
	}
	return []string{}
}

func (a *API) item(id string) (*session, outbox.Item, error) {
	s, err := a.session()
	if err != nil {
		return nil, outbox.Item{}, err
	}
	cid, err := commandID(id)
	if err != nil {
		return nil, outbox.Item{}, err
	}
	it, ok := s.out.Item(cid)
	if !ok || it.Command.Args == nil || it.Command.Args.Kind().Marks() {
		return nil, outbox.Item{}, gone()
	}
	return s, it, nil
}

func gone() *desk.Error {
	return &desk.Error{Code: desk.CodeNotFound, Message: "This is not in the outbox any more.", Hint: "It may have arrived in the meantime."}
}

// again makes the command anew: its old id has an answer already.
func (s *session) again(it outbox.Item, basis uint64, args desk.Args) error {
	cmd := it.Command
	cmd.ID, cmd.Basis, cmd.Args = desk.CommandID(newID()), basis, args
	_, err := s.out.Retry(it.ID, cmd)
	return err
}

// RetryItem sends an item once more. A change of a field is asked for against
// what stands there now.
func (a *API) RetryItem(id string) error {
	s, it, err := a.item(id)
	if err != nil {
		return err
	}
	args, basis := it.Command.Args, it.Command.Basis
	if t, _, err := s.cache.Ticket(it.Command.Ticket); err == nil {
		args = rebased(args, &t)
		if it.State != outbox.Held {
			basis = max(basis, t.LastSeq)
		}
	}
	return s.again(it, basis, args)
}

func rebased(args desk.Args, t *desk.Ticket) desk.Args {
	switch a := args.(type) {
	case desk.SetStatus:
		a.From = t.Status
		return a
	case desk.Assign:
		a.From = t.Assignee
		return a
	case desk.Reply:
		if a.Also.Assign.To != "" {
			a.Also.Assign.From = t.Assignee
		}
		if a.Also.Priority.To != "" {
			a.Also.Priority.From = t.Priority
		}
		return a
	case desk.Refer:
		a.From = t.Department
		return a
	case desk.SetPriority:
		a.From = t.Priority
		return a
	case desk.SetLanguage:
		a.From = t.Language
		return a
	case desk.SetType:
		a.From = t.Type
		return a
	case desk.SetTopic:
		a.From = t.Topic
		return a
	case desk.Rename:
		a.From = t.Subject
		return a
	}
	return args
}

// EditItem turns an item back into the draft it was. The draft is on disk
// before the item goes; what was being written there already is kept below it.
func (a *API) EditItem(id string) (Draft, error) {
	s, it, err := a.item(id)
	if err != nil {
		return Draft{}, err
	}
	d, ok := s.unsend(it)
	if !ok {
		return Draft{}, &desk.Error{Code: desk.CodeInvalid, Message: "There is no text in this to change.", Hint: "Discard it and do it anew."}
	}
	if it.State != outbox.Queued && !it.State.NeedsPerson() || it.State == outbox.Queued && !it.SentAt.IsZero() {
		return Draft{}, &desk.Error{Code: desk.CodeConflict, Message: "This is on its way already and cannot be changed now.", Hint: "Wait for the answer."}
	}
	before, had := s.out.Draft(d.Key)
	if had {
		if before.Subject != d.Subject { // an article's title, which nothing else has
			before.Text = joined(before.Subject, before.Text)
		}
		d.Text = joined(strings.TrimRight(d.Text, "\n"), before.Text)
		d.Asks = append(d.Asks, before.Asks...)
		for _, x := range before.Answers {
			if !slices.ContainsFunc(d.Answers, func(y desk.Answer) bool { return y.Ask == x.Ask }) {
				d.Answers = append(d.Answers, x)
			}
		}
		for _, f := range before.Files {
			if !slices.Contains(d.Files, f) {
				d.Files = append(d.Files, f)
			}
		}
	}
	if err := s.out.PutDraft(d); err != nil {
		return Draft{}, err
	}
	if err := s.out.Discard(it.ID); err != nil {
		// It was sent at this very moment: the text must not go twice.
		if had {
			err2 := s.out.PutDraft(before)
			return Draft{}, firstOf(err, err2)
		}
		return Draft{}, firstOf(err, s.out.DropDraft(d.Key))
	}
	return s.viewDraft(d), nil
}

func firstOf(err, _ error) error { return err }

// unsend gives the draft an item was made of.
func (s *session) unsend(it outbox.Item) (outbox.Draft, bool) {
	d := outbox.Draft{Ticket: it.Command.Ticket, Basis: it.Command.Basis, Updated: s.api.now()}
	switch a := it.Command.Args.(type) {
	case desk.Open:
		d.Kind, d.Ticket, d.Key = outbox.DraftNew, "", "new/"+newID()
		d.Text, d.Subject, d.Department, d.Urgency, d.Org, d.Private = a.Text, a.Subject, a.Department, a.Urgency, a.Org, a.Private
		d.Type, d.Claim, d.Topic, d.Filled = a.Type, a.Claim, a.Topic, a.Filled
		d.NeededBy, d.Expedite, d.Approver = a.NeededBy, a.Expedite, a.Approver
		d.Requester, d.Refs, d.CCs, d.Files, d.Recurs = a.Requester, a.Refs, a.CCs, a.Files, a.Recurs
		d.Tried, d.Entitlement, d.Release = a.Tried, a.Entitlement, a.Release
	case desk.Reply:
		d.Kind, d.Text, d.Files = outbox.DraftReply, a.Text, a.Files
		d.Asks, d.Answers, d.Refers, d.Corrects, d.Then, d.Also = a.Asks, a.Answers, a.Refers, a.Corrects, a.Then, a.Also
	case desk.Say: // what could not be said in the chat may be a message
		d.Kind, d.Text, d.Files = outbox.DraftReply, a.Text, a.Files
	case desk.AddNote:
		d.Kind, d.Text, d.Files, d.Mentions = outbox.DraftNote, a.Text, a.Files, a.Mentions
	case desk.WriteArticle:
		return s.unwrite(a), true
	default:
		return d, false
	}
	if d.Key == "" {
		d.Key = draftKey(d.Ticket, d.Kind)
	}
	return d, true
}

// DiscardItem throws an item away.
func (a *API) DiscardItem(id string) error {
	s, it, err := a.item(id)
	if err != nil {
		return err
	}
	return s.out.Discard(it.ID)
}

// Held sets a held text beside what came before it.
func (a *API) Held(id string) (HeldView, error) {
	s, it, err := a.item(id)
	if err != nil {
		return HeldView{}, err
	}
	if it.State != outbox.Held {
		return HeldView{}, gone()
	}
	l, err := s.lay(it.Command.Ticket)
	if err != nil {
		return HeldView{}, err
	}
	r := s.rower()
	newer, last := s.newer(it, l)
	s.mu.Lock()
	s.shown[it.ID] = last
	s.mu.Unlock()
	v := HeldView{
		ID: id, Ticket: string(l.ticket.ID), Subject: l.ticket.Subject, Number: numberOf(&l.ticket),
		Theirs: s.entryViews(r, &l.ticket, newer, l.read), CanNote: r.me.Role.Staff() && it.Command.Args.Kind() == desk.CmdReply,
		CanEdit: slices.Contains(r.actions(it), "edit"),
	}
	for _, p := range said(it, r.me) {
		v.Mine = s.pendingView(r, &l.ticket, p)
	}
	if v.Mine.ID == "" {
		e := desk.Entry{ID: desk.EntryID(it.ID), Kind: desk.Message, Author: r.me.Person, AuthorName: r.me.Name, Staff: r.me.Role.Staff(), At: it.QueuedAt, Text: textOf(it.Command)}
		v.Mine = s.pendingView(r, &l.ticket, pendingEntry{e, it})
	}
	return v, nil
}

// newer gives the entries a held text has to be read against, and up to where
// the conversation is shown with them. The server sent them along; what has
// come since is in the cache.
func (s *session) newer(it outbox.Item, l laid) ([]desk.Entry, uint64) {
	last := it.Command.Basis
	tail, err := s.cache.EntriesAfter(l.ticket.ID, it.Command.Basis)
	if err != nil {
		tail = nil
	}
	have := map[uint64]bool{}
	for _, e := range tail {
		have[e.Seq], last = true, max(last, e.Seq)
	}
	if it.Receipt != nil {
		for _, b := range it.Receipt.Newer {
			var e desk.Entry
			if wire.Unmarshal(b, &e) == nil && !have[e.Seq] {
				tail, last = append(tail, e), max(last, e.Seq)
			}
		}
	}
	slices.SortFunc(tail, func(a, b desk.Entry) int { return int(a.Seq) - int(b.Seq) }) //nolint:gosec // small
	return flow.Newer(tail, s.me()), last
}

// seenFor is up to where the person saw the conversation beside a held text.
func (s *session) seenFor(it outbox.Item) (uint64, error) {
	s.mu.RLock()
	basis, ok := s.shown[it.ID]
	s.mu.RUnlock()
	if ok {
		return basis, nil
	}
	l, err := s.lay(it.Command.Ticket)
	if err != nil {
		return 0, err
	}
	_, last := s.newer(it, l)
	return last, nil
}

// SendAnyway sends a held text as it is, against what its author was shown.
func (a *API) SendAnyway(id string) error {
	s, it, err := a.item(id)
	if err != nil {
		return err
	}
	if it.State != outbox.Held {
		return gone()
	}
	basis, err := s.seenFor(it)
	if err != nil {
		return err
	}
	return s.again(it, basis, it.Command.Args)
}

// MakeNote turns a held reply into an internal note.
func (a *API) MakeNote(id string) error {
	s, it, err := a.item(id)
	if err != nil {
		return err
	}
	reply, ok := it.Command.Args.(desk.Reply)
	if !ok || !it.State.NeedsPerson() || !s.me().Role.Staff() {
		return gone()
	}
	basis, err := s.seenFor(it)
	if err != nil {
		return err
	}
	return s.again(it, basis, desk.AddNote{Text: wordsOf(reply), Files: reply.Files})
}
